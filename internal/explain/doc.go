// Package explain knows failures: what Terraform, Azure and Azure DevOps print when something goes wrong, what it means, who can
// do something about it, and whether another try is worth it.
//
// What it knows is data: rules/*.yaml, read in the order of the files' names and from their top, the most specific rule first.
// testdata/failures holds at least one recorded failure for every rule; docs/operations.md says how to add one.
// Folders such as /home/vsts/work in them are those of every agent that Microsoft hosts.
//
// It is pure, and its input is masked already. The platform asks it through its port Explainer, once, when an operation ends.
package explain
