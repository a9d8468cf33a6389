package sandboxapi

// Clusters is the kind of Kubernetes clusters.
const Clusters Kind = "clusters"

// ClusterSpec asks for a Kubernetes cluster.
type ClusterSpec struct {
	Version string `json:"version"` // of Kubernetes, such as 1.34
	Power   Power  `json:"power,omitempty"`
}

// Cluster is the stand-in of a cluster: its API, without anything that runs.
type Cluster struct {
	Origin
	ClusterSpec
	Endpoint   string `json:"endpoint"`
	Kubeconfig string `json:"kubeconfig"` // has the administrator's token in it
}
