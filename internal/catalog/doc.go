// Package catalog reads what the platform team wrote, a folder of YAML with Terraform modules beside it, into a platform.Catalog; and
// makes the same of what was published. docs/catalog.md tells authors all that a document can say.
//
// Every *.yaml file in a folder and the folders below it holds documents, separated by "---". A document is an object:
//
//	apiVersion: lazuli/v1
//	kind: ResourceType | ResourceDefinition | Template | EnvironmentType | Policy
//	metadata: {name, title, description, version, status; of a template: owner, tags; of both it and a resource type: docs}
//	spec: by kind
//
// A document is read in two steps. Its own fields are read as it comes (kinds.go, govern.go, price.go); what documents say of
// each other, and what modules take and give, is checked when all are there (check.go, module.go).
//
// Reading is strict, because a rule that is silently ignored is worse than none: a field that is not known, a name that is there
// twice, a type, template, parameter, input or module that does not exist, a module that does not give what its type promises, two
// definitions that would always apply equally well are refused, each with file, line and a sentence, all at once. So are fields
// that mean something elsewhere and would have no effect here, such as expiry.
//
// [Load] checks a folder as one catalog, [Read] reads its documents for a publication, and [Compiler] makes a catalog of what is
// published: of each name one version is in use (shelf.go), unless a project pins another.
package catalog
