package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

type cacheModel struct {
	named
	MaxMemoryMB types.Int64  `tfsdk:"max_memory_mb"`
	Persistence types.Bool   `tfsdk:"persistence"`
	Host        types.String `tfsdk:"host"`
	Port        types.Int64  `tfsdk:"port"`
	URL         types.String `tfsdk:"url"`
}

func newCache() resource.Resource {
	implementation := told("What it is in truth, for people.")
	implementation.PlanModifiers = nil // persistence changes it
	attributes := identity(map[string]schema.Attribute{
		"max_memory_mb": schema.Int64Attribute{Required: true, Description: "How much it may hold, in MiB."},
		"persistence": schema.BoolAttribute{Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			Description: "Whether what is in it should outlive the server."},
		"host": told("Host of the server."),
		"port": toldNumber("Port of the server."),
		"url":  toldSecret("Connection URL with the password in it."),
	})
	attributes["implementation"] = implementation
	return ofKind(sandboxapi.Caches, kindResource[cacheModel, sandboxapi.Cache]{
		name: "redis", noun: "Redis server",
		schema: schema.Schema{
			Description: "A Redis server with a password of its own; a stand-in that speaks its protocol where Redis is not installed.",
			Attributes:  attributes,
		},
		address: func(m cacheModel) sandboxapi.ID { return m.id() },
		request: func(_ context.Context, m cacheModel) (any, diag.Diagnostics) {
			return sandboxapi.CacheSpec{MaxMemoryMB: int(m.MaxMemoryMB.ValueInt64()), Persistence: m.Persistence.ValueBool()}, nil
		},
		accept: func(_ context.Context, cache sandboxapi.Cache, m *cacheModel) diag.Diagnostics {
			m.accept(cache.Origin)
			m.MaxMemoryMB, m.Persistence = types.Int64Value(int64(cache.MaxMemoryMB)), types.BoolValue(cache.Persistence)
			m.Host, m.Port, m.URL = types.StringValue(cache.Host), types.Int64Value(int64(cache.Port)), types.StringValue(cache.URL)
			return nil
		},
	})
}
