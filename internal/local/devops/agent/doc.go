// Package agent runs compiled pipelines on this machine, as an Azure Pipelines agent would.
//
// [Run] walks the graph of a [pipeline.Plan]: stages, their jobs, the steps of each. It decides by their conditions what
// runs, gives each job a fresh workspace that is removed afterwards, runs the steps with bash, obeys the logging commands
// (##vso[...]) in their output, and tells a [Recorder] everything that happens: timeline records and log lines.
//
// What holds:
//
//   - A step sees a scrubbed environment: what [Environ] lets through, its own env, and the variables that are not secret.
//   - Secrets are replaced by *** in all that reaches the Recorder.
//   - When Input.Cancel is closed, the running step gets SIGINT, SIGTERM and at last SIGKILL, with its whole process
//     group, unless its condition still holds (always()); later steps run if theirs does. When the context ends, nothing
//     more is started.
//   - When Run returns, no process and no goroutine of the run is left, unless a process has left its group on purpose.
//
// How it is laid out: run.go, stage.go, job.go, step.go are the four levels; graph.go and status.go are their order
// and conditions; task.go, azurecli.go, artifacts.go are what steps can do; command.go parses and effects.go obeys logging
// commands; timeline.go is the way to the Recorder.
package agent
