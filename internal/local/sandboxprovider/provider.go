package sandboxprovider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// Where Terraform configurations find the provider, and under which version.
const (
	Source  = "lazuli-platform/sandbox"
	Version = "0.1.0"
	Binary  = "terraform-provider-sandbox"
)

// The environment variables that configure the provider when its block does not.
const (
	URLVariable   = "LAZULI_SANDBOX_URL"
	TokenVariable = "LAZULI_SANDBOX_TOKEN" // #nosec G101 -- a variable's name
)

type sandboxProvider struct{}

// New returns the provider for providerserver.Serve.
func New() provider.Provider { return sandboxProvider{} }

type providerModel struct {
	URL   types.String `tfsdk:"url"`
	Token types.String `tfsdk:"token"`
}

func (sandboxProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = "sandbox", Version
}

func (sandboxProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		Description: "Makes real things on the machine that runs `lazuli up`.",
		Attributes: map[string]schema.Attribute{
			"url":   schema.StringAttribute{Optional: true, Description: "Address of the sandbox; " + URLVariable + " by default."},
			"token": schema.StringAttribute{Optional: true, Sensitive: true, Description: "Its bearer token; " + TokenVariable + " by default."},
		},
	}
}

func (sandboxProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	setting := func(name string, given types.String, variable string) string {
		value := given.ValueString()
		if value == "" {
			value = os.Getenv(variable)
		}
		if value == "" {
			resp.Diagnostics.AddAttributeError(path.Root(name), "The sandbox is not configured",
				"Set "+variable+". A pipeline of `lazuli up` has it set; elsewhere, take it from there.")
		}
		return value
	}
	client := sandboxapi.NewClient(setting("url", model.URL, URLVariable), setting("token", model.Token, TokenVariable))
	resp.ResourceData, resp.DataSourceData = client, client
}

func (sandboxProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newDatabase, newSite, newStorage, newMachine, newExtension, newSecret, newVMExtension, newLab, newCache, newQueue, newVault, newCluster}
}

func (sandboxProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newLeftovers, newSecretValue}
}
