package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

type storageModel struct {
	named
	Containers types.Set    `tfsdk:"containers"`
	Path       types.String `tfsdk:"path"`
	URL        types.String `tfsdk:"url"`
}

func newStorage() resource.Resource {
	return ofKind(sandboxapi.Storages, kindResource[storageModel, sandboxapi.Storage]{
		name: "storage", noun: "storage",
		schema: schema.Schema{
			Description: "The stand-in of a storage account: a folder with one folder for each container.",
			Attributes: identity(map[string]schema.Attribute{
				"containers": schema.SetAttribute{Optional: true, ElementType: types.StringType, Description: "Names of its containers. One that is taken out of the list stays on the disk."},
				"path":       told("The folder."),
				"url":        told("The folder as a file:// address."),
			}),
		},
		address: func(m storageModel) sandboxapi.ID { return m.id() },
		request: func(ctx context.Context, m storageModel) (any, diag.Diagnostics) {
			var spec sandboxapi.StorageSpec
			diags := m.Containers.ElementsAs(ctx, &spec.Containers, false)
			return spec, diags
		},
		accept: func(ctx context.Context, storage sandboxapi.Storage, m *storageModel) (diags diag.Diagnostics) {
			m.accept(storage.Origin)
			m.Path, m.URL = types.StringValue(storage.Path), types.StringValue(storage.URL)
			m.Containers, diags = optionalSet(ctx, m.Containers, storage.Containers)
			return diags
		},
	})
}
