// Package sandboxapi is the language between the sandbox and those who use it: the Terraform provider, tests and
// `lazuli up`. It holds the resources as they travel (JSON over loopback HTTP, with a bearer token) and a client.
//
// It stands apart from package sandbox so that the provider, a small program that Terraform starts several times in one
// run, does not carry a web server, a process supervisor and two database drivers.
//
// Every resource is named by project, environment and name (its alias in the manifest) and lives at
//
//	/{kind}/{project}/{environment}/{name}
//
// where PUT makes or changes it and may be repeated, GET answers 404 as soon as the real thing is gone (somebody dropped
// the database, deleted the folder), and DELETE may be repeated too. Refusals are a [Problem].
package sandboxapi
