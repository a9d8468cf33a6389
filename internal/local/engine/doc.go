// Package engine finds the program that carries deployments out on a laptop, Terraform or OpenTofu, and prepares it.
//
// The order is: the user's setting, a `tofu` or a `terraform` of at least 1.6 on the PATH, an OpenTofu that was built
// earlier. When there is none of them, [Resolve] builds OpenTofu from source in the background (a Go toolchain is all it
// takes) and the platform serves meanwhile; a deployment calls [Engine.Wait].
//
// [WriteCLIConfig] makes the filesystem mirror in which both programs find our own provider, without any registry.
package engine
