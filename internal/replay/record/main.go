// Command record cuts the schema of a provider down to what modules use, and prints it as a recording of package replay:
//
//	terraform providers schema -json | go run ./internal/replay/record "azurerm 5.2.0, MPL-2.0" infra/modules/azure infra/platform
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/lazuli-platform/lazuli/internal/replay"
)

func main() {
	if err := record(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func record(args []string, in io.Reader, out io.Writer) error {
	if len(args) < 2 {
		return errors.New("usage: record ORIGIN MODULES... < SCHEMA")
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	recorded, err := replay.Read(text)
	if err != nil {
		return err
	}
	var resources, dataSources []string
	for _, modules := range args[1:] {
		r, d, err := replay.Used(os.DirFS(modules))
		if err != nil {
			return err
		}
		resources, dataSources = append(resources, r...), append(dataSources, d...)
	}
	if recorded, err = recorded.Trim(resources, dataSources); err != nil {
		return err
	}
	recorded.Origin = args[0]
	var lines bytes.Buffer
	e := json.NewEncoder(&lines)
	e.SetEscapeHTML(false)
	if err := e.Encode(recorded); err != nil {
		return err
	}
	_, err = fmt.Fprint(out, lines.String())
	return err
}
