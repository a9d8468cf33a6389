// Package sandboxprovider is Lazuli's own Terraform provider, lazuli-platform/sandbox: it lets the modules in
// infra/modules/local ask the sandbox inside `lazuli up` for real things, and is built by cmd/terraform-provider-sandbox.
//
// Why a provider and not provisioners that run scripts: Terraform then shows real plans, sees what was changed or removed
// by hand, keeps secrets marked as secrets, and explains failures in sentences.
//
// A resource is a value of [kindResource]: a schema and two functions that turn a model (what Terraform holds) into a
// request of package sandboxapi and an answer back into a model. Create, read, update, delete and import are written
// once, in resource.go.
package sandboxprovider
