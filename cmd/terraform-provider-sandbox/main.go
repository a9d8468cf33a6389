// Command terraform-provider-sandbox is the Terraform provider lazuli-platform/sandbox. Terraform and OpenTofu start it
// by themselves; see package sandboxprovider for what it does.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxprovider"
)

func main() {
	// The address is a label in the protocol's handshake; both engines find us in a filesystem mirror instead.
	options := providerserver.ServeOpts{Address: "registry.terraform.io/" + sandboxprovider.Source}
	if err := providerserver.Serve(context.Background(), sandboxprovider.New, options); err != nil {
		log.Fatal(err)
	}
}
