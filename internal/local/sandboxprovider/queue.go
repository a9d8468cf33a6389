package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

type queueModel struct {
	named
	MaxDeliveryCount    types.Int64  `tfsdk:"max_delivery_count"`
	LockDurationSeconds types.Int64  `tfsdk:"lock_duration_seconds"`
	Sessions            types.Bool   `tfsdk:"sessions"`
	DuplicateDetection  types.Bool   `tfsdk:"duplicate_detection"`
	Queue               types.String `tfsdk:"queue"`
	Namespace           types.String `tfsdk:"namespace"`
	ConnectionString    types.String `tfsdk:"connection_string"`
}

func newQueue() resource.Resource {
	// fixed is a switch that a queue is made with: another position is another queue.
	fixed := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Optional: true, Computed: true, Default: booldefault.StaticBool(false), Description: description,
			PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplace()}}
	}
	return ofKind(sandboxapi.Queues, kindResource[queueModel, sandboxapi.Queue]{
		name: "queue", noun: "queue",
		schema: schema.Schema{
			Description: "A Service Bus queue on this machine, in a namespace of its own.",
			Attributes: identity(map[string]schema.Attribute{
				"max_delivery_count":    schema.Int64Attribute{Required: true, Description: "How often a message is delivered before it is a dead letter."},
				"lock_duration_seconds": schema.Int64Attribute{Required: true, Description: "How long a receiver has a message to itself."},
				"sessions":              fixed("Whether messages belong to sessions."),
				"duplicate_detection":   fixed("Whether a message with an id that was there within ten minutes is dropped."),
				"queue":                 told("What programs call it."),
				"namespace":             told("Where it is: an sb:// address."),
				"connection_string":     toldSecret("What a client connects with; it has the key in it."),
			}),
		},
		address: func(m queueModel) sandboxapi.ID { return m.id() },
		request: func(_ context.Context, m queueModel) (any, diag.Diagnostics) {
			return sandboxapi.QueueSpec{
				MaxDeliveryCount: int(m.MaxDeliveryCount.ValueInt64()), LockDurationSeconds: int(m.LockDurationSeconds.ValueInt64()),
				Sessions: m.Sessions.ValueBool(), DuplicateDetection: m.DuplicateDetection.ValueBool(),
			}, nil
		},
		accept: func(_ context.Context, queue sandboxapi.Queue, m *queueModel) diag.Diagnostics {
			m.accept(queue.Origin)
			m.MaxDeliveryCount, m.LockDurationSeconds = types.Int64Value(int64(queue.MaxDeliveryCount)), types.Int64Value(int64(queue.LockDurationSeconds))
			m.Sessions, m.DuplicateDetection = types.BoolValue(queue.Sessions), types.BoolValue(queue.DuplicateDetection)
			m.Queue, m.Namespace, m.ConnectionString = types.StringValue(queue.Queue), types.StringValue(queue.Namespace), types.StringValue(queue.ConnectionString)
			return nil
		},
	})
}
