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

type machineModel struct {
	named
	StartupScript types.String `tfsdk:"startup_script"`
	SSHKey        types.String `tfsdk:"ssh_key"`
	Power         types.String `tfsdk:"power"`
	Size          types.String `tfsdk:"size"`
	Lab           types.String `tfsdk:"lab"`
	Path          types.String `tfsdk:"path"`
	Console       types.String `tfsdk:"console"`
}

func newMachine() resource.Resource {
	return ofKind(sandboxapi.Machines, kindResource[machineModel, sandboxapi.Machine]{
		name: "machine", noun: "machine",
		schema: schema.Schema{
			Description: "The stand-in of a virtual machine: a supervised process in a folder of its own. It isolates nothing.",
			Attributes: identity(map[string]schema.Attribute{
				"startup_script": schema.StringAttribute{Optional: true, Description: "Run by /bin/sh at every power-on."},
				"ssh_key":        schema.StringAttribute{Optional: true, Description: "Public key for its authorized_keys file."},
				"power":          power(),
				"size":           schema.StringAttribute{Optional: true, Description: "What a lab looks at; a process takes what it needs."},
				"lab":            schema.StringAttribute{Optional: true, Description: "What its lab is called outside: project-environment-name."},
				"path":           told("Its folder."),
				"console":        told("File with what its processes print."),
			}),
		},
		address: func(m machineModel) sandboxapi.ID { return m.id() },
		request: func(_ context.Context, m machineModel) (any, diag.Diagnostics) {
			return sandboxapi.MachineSpec{
				StartupScript: m.StartupScript.ValueString(), SSHKey: m.SSHKey.ValueString(), Power: sandboxapi.Power(m.Power.ValueString()),
				Size: m.Size.ValueString(), Lab: m.Lab.ValueString(),
			}, nil
		},
		accept: func(_ context.Context, machine sandboxapi.Machine, m *machineModel) diag.Diagnostics {
			m.accept(machine.Origin)
			m.StartupScript, m.SSHKey = optionalString(m.StartupScript, machine.StartupScript), optionalString(m.SSHKey, machine.SSHKey)
			m.Size, m.Lab = optionalString(m.Size, machine.Size), optionalString(m.Lab, machine.Lab)
			m.Power, m.Path, m.Console = types.StringValue(string(machine.Power)), types.StringValue(machine.Path), types.StringValue(machine.Console)
			return nil
		},
	})
}

type extensionModel struct {
	Project     types.String `tfsdk:"project"`
	Environment types.String `tfsdk:"environment"`
	Machine     types.String `tfsdk:"machine"`
	Name        types.String `tfsdk:"name"`
	Script      types.String `tfsdk:"script"`
	Revision    types.String `tfsdk:"revision"`
	Output      types.String `tfsdk:"output"`
}

func (m extensionModel) machine() sandboxapi.ID {
	return sandboxapi.ID{Project: m.Project.ValueString(), Environment: m.Environment.ValueString(), Name: m.Machine.ValueString()}
}

// newExtension has a path beneath its machine, so its calls are its own.
func newExtension() resource.Resource {
	name := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Required: true, Description: description, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}}
	}
	return &kindResource[extensionModel, sandboxapi.Extension]{
		name: "machine_extension", noun: "extension of machine",
		schema: schema.Schema{
			Description: "A script that is run once in a machine; another script or revision is run again.",
			Attributes: map[string]schema.Attribute{
				"project": name("Project of the machine."), "environment": name("Environment of the machine."), "machine": name("Name of the machine."),
				"name":     name("Name of the extension."),
				"script":   schema.StringAttribute{Required: true, Description: "Run by /bin/sh in the machine's folder."},
				"revision": schema.StringAttribute{Optional: true, Description: "Free text; a new one runs the same script again."},
				"output":   schema.StringAttribute{Computed: true, Description: "The end of what the script printed."},
			},
		},
		address: extensionModel.machine,
		request: func(_ context.Context, m extensionModel) (any, diag.Diagnostics) {
			return sandboxapi.ExtensionSpec{Script: m.Script.ValueString(), Revision: m.Revision.ValueString()}, nil
		},
		accept: func(_ context.Context, extension sandboxapi.Extension, m *extensionModel) diag.Diagnostics {
			m.Script, m.Revision = types.StringValue(extension.Script), optionalString(m.Revision, extension.Revision)
			m.Output = types.StringValue(extension.Output)
			return nil
		},
		put: func(ctx context.Context, c *sandboxapi.Client, m extensionModel, body any) (sandboxapi.Extension, error) {
			return c.PutExtension(ctx, m.machine(), m.Name.ValueString(), body.(sandboxapi.ExtensionSpec))
		},
		get: func(ctx context.Context, c *sandboxapi.Client, m extensionModel) (sandboxapi.Extension, error) {
			return c.GetExtension(ctx, m.machine(), m.Name.ValueString())
		},
		remove: func(ctx context.Context, c *sandboxapi.Client, m extensionModel) error {
			return c.DeleteExtension(ctx, m.machine(), m.Name.ValueString())
		},
	}
}
