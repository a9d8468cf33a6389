// Package run is what a pipeline run does besides running Terraform: the commands "lazuli run …" that infra/scripts call.
//
//	start   claims the operation for this run; a run that is told "superseded" ends without touching anything
//	bundle  fetches the Terraform root
//	engine  runs the engine with its output made safe for the agent, which obeys lines that hold ##vso[
//	plan    reports the plan, with nothing sensitive in it, and learns whether to apply
//	restore takes the plan that was approved, in the run after the approval
//	result  reports what became of it, by call-back and as a file that the run publishes
//
// The commands find each other's files in a folder of the run (Session). Secrets go to files with mode 0600, never to the
// command line and never to the log.
package run
