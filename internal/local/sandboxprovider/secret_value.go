package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// secretValue reads one version of a secret value from the vault.
type secretValue struct{ client *sandboxapi.Client }

type secretValueModel struct {
	Project     types.String `tfsdk:"project"`
	Environment types.String `tfsdk:"environment"`
	Reference   types.String `tfsdk:"reference"`
	Value       types.String `tfsdk:"value"`
}

func newSecretValue() datasource.DataSource { return &secretValue{} }

// Metadata names the data source.
func (s *secretValue) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "sandbox_secret"
}

// Schema describes it.
func (s *secretValue) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Description: "A secret that was set as a value of an environment or its project.",
		Attributes: map[string]schema.Attribute{
			"project":     schema.StringAttribute{Required: true, Description: "Project of the environment."},
			"environment": schema.StringAttribute{Required: true, Description: "Environment that the secret is for."},
			"reference":   schema.StringAttribute{Required: true, Description: "Address of one version in the vault."},
			"value":       schema.StringAttribute{Computed: true, Sensitive: true, Description: "What the vault holds there."},
		},
	}
}

// Configure takes the client.
func (s *secretValue) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	s.client, _ = req.ProviderData.(*sandboxapi.Client)
}

// Read asks the sandbox.
func (s *secretValue) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m secretValueModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	value, err := s.client.SecretValue(ctx, m.Project.ValueString(), m.Environment.ValueString(), m.Reference.ValueString())
	if err != nil {
		resp.Diagnostics.AddError("Could not read a secret for "+m.Project.ValueString()+"/"+m.Environment.ValueString(), err.Error())
		return
	}
	m.Value = types.StringValue(value)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
