// Package sandbox makes real things on a laptop for the Terraform modules in infra/modules/local: PostgreSQL databases,
// web sites, the stand-ins of machines and storage accounts, vault entries. It runs inside `lazuli up`.
//
// The provider (cmd/terraform-provider-sandbox) asks for things through the control API, an [http.Handler] that speaks
// the shapes of package sandboxapi. Web sites are served on a port of their own, by host name.
//
// Three rules shape the code:
//
//   - Records come first. A resource's record is written before the thing is made and removed after the thing is gone,
//     so whatever dies in between, the list of leftovers names it.
//   - Reality wins. GET looks at the thing, not at the record: a database that somebody dropped is 404, and the next
//     Terraform plan shows it as a change. Leftovers are looked for in the server and on the disk as well as in the records.
//   - Everything is on again after a restart: [Sandbox.Start] starts the database server, the sites and the machines that were on.
//
// Where things are: sandbox.db (bbolt: records, passwords and settings, mode 0600), postgres/ (the private cluster),
// and sites/, machines/, storage/, sqlite/ with one folder for each project/environment/name.
package sandbox
