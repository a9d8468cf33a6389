package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

type vaultModel struct {
	named
	Vault types.String `tfsdk:"vault"`
	URI   types.String `tfsdk:"uri"`
}

func newVault() resource.Resource {
	return ofKind(sandboxapi.Vaults, kindResource[vaultModel, sandboxapi.Vault]{
		name: "vault", noun: "vault",
		schema: schema.Schema{
			Description: "A Key Vault for an application's own secrets, which are removed with it.",
			Attributes: identity(map[string]schema.Attribute{
				"vault": told("Its name in the address."),
				"uri":   told("What programs give to Key Vault's client libraries."),
			}),
		},
		address: func(m vaultModel) sandboxapi.ID { return m.id() },
		request: func(context.Context, vaultModel) (any, diag.Diagnostics) { return sandboxapi.VaultSpec{}, nil },
		accept: func(_ context.Context, vault sandboxapi.Vault, m *vaultModel) diag.Diagnostics {
			m.accept(vault.Origin)
			m.Vault, m.URI = types.StringValue(vault.Vault), types.StringValue(vault.URI)
			return nil
		},
	})
}
