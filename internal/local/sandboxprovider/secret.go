package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

type secretModel struct {
	named
	Vault     types.String `tfsdk:"vault"`
	Value     types.String `tfsdk:"value"`
	Version   types.String `tfsdk:"version"`
	Reference types.String `tfsdk:"reference"`
}

func newSecret() resource.Resource {
	return ofKind(sandboxapi.Secrets, kindResource[secretModel, sandboxapi.Secret]{
		name: "secret", noun: "secret",
		schema: schema.Schema{
			Description: "An entry in the local vault.",
			Attributes: identity(map[string]schema.Attribute{
				"vault": schema.StringAttribute{Required: true, Description: "Name of the vault; project.environment by convention.",
					PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
				"value":     schema.StringAttribute{Required: true, Sensitive: true, Description: "What to keep."},
				"version":   schema.StringAttribute{Computed: true, Description: "Id of the newest version."},
				"reference": told("Where to read the newest version, with one's own token."),
			}),
		},
		address: func(m secretModel) sandboxapi.ID { return m.id() },
		request: func(_ context.Context, m secretModel) (any, diag.Diagnostics) {
			return sandboxapi.SecretSpec{Vault: m.Vault.ValueString(), Value: m.Value.ValueString()}, nil
		},
		accept: acceptSecret,
	})
}

// acceptSecret never learns the value, only its version. Another version than ours was written by somebody else: the
// state forgets the value then, and the next plan writes ours again.
func acceptSecret(_ context.Context, secret sandboxapi.Secret, m *secretModel) diag.Diagnostics {
	m.accept(secret.Origin)
	if had := m.Version; !had.IsNull() && !had.IsUnknown() && had.ValueString() != secret.Version {
		m.Value = types.StringNull()
	}
	m.Vault, m.Version, m.Reference = types.StringValue(secret.Vault), types.StringValue(secret.Version), types.StringValue(secret.Reference)
	return nil
}
