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

type vmExtensionModel struct {
	named
	MachineName types.String `tfsdk:"machine_name"`
	Script      types.String `tfsdk:"script"`
	Revision    types.String `tfsdk:"revision"`
	Output      types.String `tfsdk:"output"`
}

func newVMExtension() resource.Resource {
	return ofKind(sandboxapi.VMExtensions, kindResource[vmExtensionModel, sandboxapi.VMExtension]{
		name: "vm_extension", noun: "extension",
		schema: schema.Schema{
			Description: "A script that is run once in a machine of the same environment; another script or revision is run again.",
			Attributes: identity(map[string]schema.Attribute{
				"machine_name": schema.StringAttribute{Required: true, Description: "What the machine is called outside: project-environment-name.",
					PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
				"script":   schema.StringAttribute{Required: true, Description: "Run by /bin/sh in the machine's folder."},
				"revision": schema.StringAttribute{Optional: true, Description: "Free text; a new one runs the same script again."},
				"output":   schema.StringAttribute{Computed: true, Description: "The end of what the script printed."},
			}),
		},
		address: func(m vmExtensionModel) sandboxapi.ID { return m.id() },
		request: func(_ context.Context, m vmExtensionModel) (any, diag.Diagnostics) {
			return sandboxapi.VMExtensionSpec{Machine: m.MachineName.ValueString(), Script: m.Script.ValueString(), Revision: m.Revision.ValueString()}, nil
		},
		accept: func(_ context.Context, extension sandboxapi.VMExtension, m *vmExtensionModel) diag.Diagnostics {
			m.accept(extension.Origin)
			m.MachineName, m.Script = types.StringValue(extension.Machine), types.StringValue(extension.Script)
			m.Revision, m.Output = optionalString(m.Revision, extension.Revision), types.StringValue(extension.Output)
			return nil
		},
	})
}
