// Command terraform-provider-replay is a Terraform provider made of the recorded schema in the file that LAZULI_REPLAY names; see
// package replay. It checks the modules of infra/modules, and is no part of what is deployed (.ci/infra).
package main

import (
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"

	"github.com/lazuli-platform/lazuli/internal/replay"
)

func main() {
	if err := serve(os.Getenv("LAZULI_REPLAY")); err != nil {
		log.Fatal(err)
	}
}

func serve(recording string) error {
	text, err := os.ReadFile(recording) // #nosec G304,G703 -- the file that whoever runs the engine named
	if err != nil {
		return err
	}
	recorded, err := replay.Read(text)
	if err != nil {
		return err
	}
	provider, err := replay.New(recorded)
	if err != nil {
		return err
	}
	// The address is a label in the protocol's handshake; engines find us in a filesystem mirror.
	return tf5server.Serve("registry.terraform.io/hashicorp/azurerm", provider)
}
