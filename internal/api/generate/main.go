// Command generate writes functions/<operationId>/function.json for every operation of the contract and removes
// the folders of operations that are gone. "make generate" runs it from the top of the repository.
package main

import (
	"fmt"
	"os"

	"github.com/lazuli-platform/lazuli/internal/api/bindings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	files, err := bindings.Derive("apim/openapi.yaml")
	if err != nil {
		return err
	}
	changed, err := bindings.Sync("functions", files)
	for _, path := range changed {
		fmt.Println("functions/" + path)
	}
	return err
}
