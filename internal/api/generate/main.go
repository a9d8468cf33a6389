// Command generate CONTRACT FOLDER writes FOLDER/<operationId>/function.json for every operation of the contract
// and removes the folders of operations that are gone. "make generate" runs it.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/lazuli-platform/lazuli/internal/api/bindings"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: generate CONTRACT FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(contract, folder string) error {
	files, err := bindings.Derive(contract)
	if err != nil {
		return err
	}
	changed, err := bindings.Sync(folder, files)
	for _, path := range changed {
		fmt.Println(filepath.Join(folder, path))
	}
	return err
}
