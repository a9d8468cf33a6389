// Package render turns a resolved manifest into the Terraform root that a pipeline run plans and applies.
//
// The result is a map from path to content and holds all that the engine needs, with no trace of Lazuli in it:
//
//	main.tf.json                 one module call for each resource, one for each secret output, the root output "outputs"
//	terraform.tfvars.json        everything that a person typed
//	backend.tf.json              where the state is
//	modules/<folder>/<name>/*    copies of the modules that are called
//	proof/main.tf.json           a root of its own: what exists by tag, for the proof after a deletion
//	proof/terraform.tfvars.json  the project and environment that the proof is about
//	proof/resource-graph.json    with a target in Azure: the question to Azure Resource Graph for the same
//
// # What a person typed never becomes code
//
// Code and values travel apart. main.tf.json is made of structure alone: names from the catalog, resource aliases (a-z, 0-9
// and dash), indexes, references between modules. Every text of a request is in terraform.tfvars.json, where the engine
// never evaluates anything, not even "${1+1}". The variable r_<alias> of a resource holds
//
//	class   its class
//	inputs  the inputs that refer to nothing, by name, as they are
//	values  parts that refer to nothing, of inputs that do elsewhere
//	keys    the property names on the way to a reference
//	text    the pieces of text around a reference
//
// so that {"settings": {"URL": "at ${resources.db.outputs.url}"}} becomes
//
//	"settings": {"${var.r_site.keys[0]}": "${var.r_site.text[0]}${module.db.url}"}
//
// A value of the environment or its project that is no secret is put in its place first, and travels like what was typed there.
//
// # Secrets
//
// A secret value is read when the root is applied: ${values.PASSWORD} becomes ${module.value_PASSWORD.value}, by a call of the
// target's module for reading secrets, and the variable "secrets" holds its address in the vault.
//
// An output that its type marks with x-secret goes into the vault, by a call of the target's secret module, and
// leaves the root as {"secret": "<address>"}. Its value is in the engine's state and nowhere else.
//
// Rendering is a pure function: equal input and equal modules give equal bytes.
package render
