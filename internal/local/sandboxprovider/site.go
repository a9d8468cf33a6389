package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

type siteModel struct {
	named
	Runtime  types.String `tfsdk:"runtime"`
	Folder   types.String `tfsdk:"folder"`
	Archive  types.String `tfsdk:"archive"`
	Files    types.Map    `tfsdk:"files"`
	Command  types.List   `tfsdk:"command"`
	Settings types.Map    `tfsdk:"settings"`
	Power    types.String `tfsdk:"power"`
	Revision types.String `tfsdk:"revision"`
	Host     types.String `tfsdk:"host"`
	URL      types.String `tfsdk:"url"`
}

func newSite() resource.Resource {
	return ofKind(sandboxapi.Sites, kindResource[siteModel, sandboxapi.Site]{
		name: "site", noun: "site",
		schema: schema.Schema{
			Description: "A web app that is served on this machine under a host name of its own.",
			Attributes: identity(map[string]schema.Attribute{
				"runtime": schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString(sandboxapi.RuntimeStatic),
					Description: `"static" serves files, "process" runs a command that listens on $PORT.`},
				"folder":   schema.StringAttribute{Optional: true, Description: "Absolute path of the site's files."},
				"archive":  schema.StringAttribute{Optional: true, Description: "Absolute path of a .zip, .tar, .tar.gz or .tgz with the site's files."},
				"files":    schema.MapAttribute{Optional: true, ElementType: types.StringType, Description: "The site's files, by path."},
				"command":  schema.ListAttribute{Optional: true, ElementType: types.StringType, Description: "Program and arguments of the process."},
				"settings": schema.MapAttribute{Optional: true, Sensitive: true, ElementType: types.StringType, Description: "Environment variables of the site."},
				"power":    power(),
				"revision": schema.StringAttribute{Optional: true, Description: "Free text; a new one deploys the same source again."},
				"host":     told("Host name of the site."),
				"url":      told("Address of the site."),
			}),
		},
		address: func(m siteModel) sandboxapi.ID { return m.id() },
		request: siteRequest,
		accept:  acceptSite,
	})
}

// power is the switch that sites and machines have.
func power() schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString(string(sandboxapi.On)), Description: `"on" or "off".`}
}

func siteRequest(ctx context.Context, m siteModel) (any, diag.Diagnostics) {
	spec := sandboxapi.SiteSpec{
		Runtime: m.Runtime.ValueString(), Folder: m.Folder.ValueString(), Archive: m.Archive.ValueString(),
		Power: sandboxapi.Power(m.Power.ValueString()), Revision: m.Revision.ValueString(),
	}
	diags := m.Files.ElementsAs(ctx, &spec.Files, false)
	diags.Append(m.Command.ElementsAs(ctx, &spec.Command, false)...)
	diags.Append(m.Settings.ElementsAs(ctx, &spec.Settings, false)...)
	return spec, diags
}

func acceptSite(ctx context.Context, site sandboxapi.Site, m *siteModel) (diags diag.Diagnostics) {
	m.accept(site.Origin)
	m.Runtime, m.Power = types.StringValue(site.Runtime), types.StringValue(string(site.Power))
	m.Host, m.URL = types.StringValue(site.Host), types.StringValue(site.URL)
	m.Folder, m.Archive = optionalString(m.Folder, site.Folder), optionalString(m.Archive, site.Archive)
	m.Revision = optionalString(m.Revision, site.Revision)
	var found diag.Diagnostics
	m.Files, found = optionalMap(ctx, m.Files, site.Files)
	diags.Append(found...)
	m.Settings, found = optionalMap(ctx, m.Settings, site.Settings)
	diags.Append(found...)
	m.Command, found = optionalList(ctx, m.Command, site.Command)
	diags.Append(found...)
	return diags
}
