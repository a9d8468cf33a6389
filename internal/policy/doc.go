// Package policy compiles and evaluates the policies of the catalog: expressions in CEL, the Common Expression Language.
//
// An expression sees four variables:
//
//	request      template    name of the template; "" for a manifest
//	             parameters  what was given for the template
//	             resources   list of {alias, type, class, inputs, definition}, sorted by alias; inputs have their defaults and
//	                         what the definition fixes; texts that refer to something are as they were written
//	             requester   {id, name, app}
//	project      name, title, team
//	environment  name, type, exists
//	price        monthly, before (numbers, of what is known), complete (whether nothing is left out), currency
//
// "when" says which requests a policy speaks of, "require" what must be true of them. Both give true or false. A field that a
// request does not have is an error when it is read, and an error refuses the request: ask first, with has(r.inputs.public).
// Besides CEL's own functions there are those of its strings extension.
//
// Each evaluation is bounded by cost, to a few milliseconds: one that goes on is cut off, and refuses.
package policy
