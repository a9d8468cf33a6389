package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

type labModel struct {
	named
	MaxMachines  types.Int64  `tfsdk:"max_machines"`
	AllowedSizes types.Set    `tfsdk:"allowed_sizes"`
	ShutdownTime types.String `tfsdk:"shutdown_time"`
	TimeZone     types.String `tfsdk:"time_zone"`
	Address      types.String `tfsdk:"address"`
}

func newLab() resource.Resource {
	return ofKind(sandboxapi.Labs, kindResource[labModel, sandboxapi.Lab]{
		name: "lab", noun: "lab",
		schema: schema.Schema{
			Description: "The stand-in of a DevTest Lab: rules that hold for the machines of the environment that name it.",
			Attributes: identity(map[string]schema.Attribute{
				"max_machines":  schema.Int64Attribute{Required: true, Description: "How many machines may be in it."},
				"allowed_sizes": schema.SetAttribute{Optional: true, ElementType: types.StringType, Description: "Sizes that its machines may have; all unless said."},
				"shutdown_time": schema.StringAttribute{Optional: true, Description: "HH:MM, at which its machines are stopped each day."},
				"time_zone":     schema.StringAttribute{Optional: true, Description: "Where the time is meant, such as Europe/Berlin; UTC unless said."},
				"address":       told("A path that names the lab."),
			}),
		},
		address: func(m labModel) sandboxapi.ID { return m.id() },
		request: func(ctx context.Context, m labModel) (any, diag.Diagnostics) {
			spec := sandboxapi.LabSpec{MaxMachines: int(m.MaxMachines.ValueInt64()), ShutdownTime: m.ShutdownTime.ValueString(), TimeZone: m.TimeZone.ValueString()}
			diags := m.AllowedSizes.ElementsAs(ctx, &spec.AllowedSizes, false)
			return spec, diags
		},
		accept: func(ctx context.Context, lab sandboxapi.Lab, m *labModel) (diags diag.Diagnostics) {
			m.accept(lab.Origin)
			m.MaxMachines, m.Address = types.Int64Value(int64(lab.MaxMachines)), types.StringValue(lab.Address)
			m.ShutdownTime, m.TimeZone = optionalString(m.ShutdownTime, lab.ShutdownTime), optionalString(m.TimeZone, lab.TimeZone)
			m.AllowedSizes, diags = optionalSet(ctx, m.AllowedSizes, lab.AllowedSizes)
			return diags
		},
	})
}
