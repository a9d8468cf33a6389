// Package catalog reads what the platform team wrote, a folder of YAML, into a platform.Catalog.
//
// Every *.yaml file in the folder and the folders below it holds documents, separated by "---". A document is an object:
//
//	apiVersion: lazuli/v1
//	kind: ResourceType | ResourceDefinition | Template | EnvironmentType
//	metadata:
//	  name: postgres              unique in its kind
//	  title: PostgreSQL database  for people
//	  description: …              for people; optional
//	  version: "1"                of a template or definition; optional, also as spec.version; default "1"
//	  owner: team/platform        of a template; optional
//	  tags: [web]                 of a template; optional
//	spec: …                       by kind
//
// ResourceType: what can be asked for.
//
//	inputs:  {…}   JSON Schema of an object: what a request may set; closed, with defaults
//	outputs: {…}   JSON Schema of an object: what it gives; x-secret marks what goes into the vault
//
// ResourceDefinition: how a type is built.
//
//	type: postgres
//	engine: terraform              optional; there is no other yet
//	module: modules/local/postgres folder in the modules tree
//	inputs: {sku: B_Standard_B1ms} fixed by the platform: a request cannot set them; optional
//	match:                         it applies where one of the rules does; {} applies everywhere
//	  - {environmentType: dev, project: payments, class: small}
//
// The most specific rule wins: the one with most fields, and among as many, project before class before environmentType.
//
// Template: a golden path.
//
//	parameters: {…}          JSON Schema of an object, with titles and descriptions for forms
//	manifest:                a manifest; texts may hold ${parameters.<name>}
//	  resources: {db: {type: postgres, class: "${parameters.size}", inputs: {…}}}
//	estimate: {duration: 10s} how long it usually takes; optional
//
// EnvironmentType: what holds for environments of a kind.
//
//	templates: ["*"]   names of templates that may be used; "*" is all
//
// [Load] is strict, because a rule that is silently ignored is worse than none: a field that it does not know, a name that is
// there twice, a type, template, parameter or module that does not exist, two definitions that would always apply equally well are
// refused, each with file, line and a sentence, all at once. So are fields that mean something elsewhere and would have no effect
// here, such as prices and approvals.
package catalog
