package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// leftovers lists what exists under a project and environment: the proof that deleting has deleted.
type leftovers struct{ client *sandboxapi.Client }

type leftoversModel struct {
	Project     types.String   `tfsdk:"project"`
	Environment types.String   `tfsdk:"environment"`
	Items       []leftoverItem `tfsdk:"items"`
}

type leftoverItem struct {
	Kind types.String `tfsdk:"kind"`
	Name types.String `tfsdk:"name"`
	What types.String `tfsdk:"what"`
}

func newLeftovers() datasource.DataSource { return &leftovers{} }

// Metadata names the data source.
func (l *leftovers) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "sandbox_leftovers"
}

// Schema describes it.
func (l *leftovers) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Description: "What exists under a project and environment, whether Terraform knows of it or not.",
		Attributes: map[string]schema.Attribute{
			"project":     schema.StringAttribute{Required: true, Description: "Project to look at."},
			"environment": schema.StringAttribute{Required: true, Description: "Environment to look at."},
			"items": schema.ListNestedAttribute{Computed: true, Description: "What was found, in a stable order.", NestedObject: schema.NestedAttributeObject{
				Attributes: map[string]schema.Attribute{
					"kind": schema.StringAttribute{Computed: true, Description: "The kind of thing, such as databases or machines."},
					"name": schema.StringAttribute{Computed: true, Description: "Name in the environment."},
					"what": schema.StringAttribute{Computed: true, Description: "What it is, for people."},
				},
			}},
		},
	}
}

// Configure takes the client.
func (l *leftovers) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	l.client, _ = req.ProviderData.(*sandboxapi.Client)
}

// Read asks the sandbox.
func (l *leftovers) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m leftoversModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	found, err := l.client.Leftovers(ctx, m.Project.ValueString(), m.Environment.ValueString())
	if err != nil {
		resp.Diagnostics.AddError("Could not look for what is left of "+m.Project.ValueString()+"/"+m.Environment.ValueString(), err.Error())
		return
	}
	m.Items = make([]leftoverItem, 0, len(found))
	for _, item := range found {
		m.Items = append(m.Items, leftoverItem{
			Kind: types.StringValue(string(item.Kind)), Name: types.StringValue(item.Name), What: types.StringValue(item.What),
		})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
