// Package importade turns a catalog of Azure Deployment Environments into documents of Lazuli's catalog with Terraform modules.
//
// A definition there is a folder with an environment.yaml (or manifest.yaml) and a template. What becomes of it depends on its runner:
//
//	Terraform  the files are the module; what every module here has is added: the context, and two outputs
//	ARM        the template is carried as it is, inside a module that deploys it into a resource group of its own
//	Bicep      as ARM, when the compiled template lies beside it
//	other      an image of somebody's own runs anything: it is not carried
//
// Every folder is either imported, with a list of what was lost on the way, or refused with the reason. Nothing is dropped in silence.
// The package reads and computes; whoever calls it writes.
package importade
