// Package devops is the local stand-in for Azure DevOps: its REST API, as far as a platform needs it that runs pipelines
// and follows them, and the agent that executes the real pipeline files on this machine. The official Go client talks to it over
// HTTP and cannot tell the difference.
//
//	s, err := devops.Open(devops.Config{Dir: ".lazuli/devops", OrganizationURL: "http://localhost:7071/devops/lazuli", …})
//	mux.Handle("/devops/", s)
//	s.Start()
//	defer s.Close(ctx)
//
// A request takes this way: routes.go finds the endpoint and checks the token; pipelines.go (runs), builds.go (the same
// runs as builds, tags, cancellation; query.go is the search) or results.go (timeline, logs, artifacts) answers from the
// store in the shapes of wire.go. A new run is compiled at once (package pipeline), so that a mistake is an answer and
// not a failed run; then store.go keeps it, queue.go waits for a free agent, execution.go hands it to package agent.
//
// # What is kept
//
// devops.db (bbolt, synced with each change) holds runs, plans, timelines and attachments; logs/ and artifacts/ hold
// files. What was answered is on the disk: after kill -9, queued runs are executed, and runs that were being executed are
// failed with an issue on their jobs that says why; whatever is left of their processes is killed.
//
// # Service hooks
//
// What changes in a run is told to Config.Hook as the service's events build.complete and run-, stage- and job-state-changed
// (hooks.go), in order, and lost where the service would lose it too. Subscriptions by REST are not here.
//
// # What is not here
//
// Approvals, checks, subscriptions of service hooks, repositories and definitions by REST. Requests for them are 404, filters and options
// that are not understood are 400: nothing is ignored without a word. The agent runs arbitrary commands with the rights
// of this process, so every request needs the token and the listener belongs on loopback.
package devops
