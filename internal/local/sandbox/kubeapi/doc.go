// Package kubeapi answers the part of the Kubernetes API that a team meets first: the version, discovery, namespaces and config
// maps, with the documents, resource versions and Status errors of the real one. kubectl and client-go speak to it by a
// kubeconfig. It keeps what it is given, and runs nothing: there are no nodes, and pods are not among its resources.
package kubeapi
