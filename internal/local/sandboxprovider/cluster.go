package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

type clusterModel struct {
	named
	Version    types.String `tfsdk:"kubernetes_version"`
	Power      types.String `tfsdk:"power"`
	Endpoint   types.String `tfsdk:"endpoint"`
	Kubeconfig types.String `tfsdk:"kubeconfig"`
}

func newCluster() resource.Resource {
	return ofKind(sandboxapi.Clusters, kindResource[clusterModel, sandboxapi.Cluster]{
		name: "cluster", noun: "Kubernetes cluster",
		schema: schema.Schema{
			Description: "The stand-in of a Kubernetes cluster: an API that keeps namespaces and config maps, and runs nothing.",
			Attributes: identity(map[string]schema.Attribute{
				"kubernetes_version": schema.StringAttribute{Required: true, Description: "Version that the API says it is of, such as 1.34."},
				"power":              power(),
				"endpoint":           told("Address of the API."),
				"kubeconfig":         toldSecret("Credentials of the administrator."),
			}),
		},
		address: func(m clusterModel) sandboxapi.ID { return m.id() },
		request: func(_ context.Context, m clusterModel) (any, diag.Diagnostics) {
			return sandboxapi.ClusterSpec{Version: m.Version.ValueString(), Power: sandboxapi.Power(m.Power.ValueString())}, nil
		},
		accept: func(_ context.Context, cluster sandboxapi.Cluster, m *clusterModel) diag.Diagnostics {
			m.accept(cluster.Origin)
			m.Version, m.Power = types.StringValue(cluster.Version), types.StringValue(string(cluster.Power))
			m.Endpoint, m.Kubeconfig = types.StringValue(cluster.Endpoint), types.StringValue(cluster.Kubeconfig)
			return nil
		},
	})
}
