// Package functionshost is a small Azure Functions host for custom handlers. It runs the assembled app folder —
// host.json, one folder per function, the handler's executable — and behaves towards the handler as the real
// host (version 4) does, with its rough edges: what works here works there.
//
// What happens where:
//
//	host.go        Config, New, Run, Keep: the life of a host
//	settings.go    app settings, %NAME%, connections by name
//	hostfile.go    host.json and its overrides
//	function.go    function.json, indexing; validate.go holds what puts a function in error
//	supervisor.go  starts the handler, waits until it answers, restarts it; process.go, console.go
//	serve.go       HTTP: which function, when to wait, 404 and 503; admin.go: /admin/*
//	forward.go     a request on its way to the handler and the answer on its way back
//	invoke.go      queue, topic and timer invocations: the envelope out, the verdict back
//	servicebus.go  queues and subscriptions; sessions.go: queues with sessions; timer.go: timers
//
// The rules that need no process and no socket have packages of their own: schedule (NCRONTAB), route (templates)
// and envelope (what is posted to the handler, what its answer means).
//
// Left out, because no function of the app uses it; a function that needs it is reported as in error: output
// bindings, HTTP functions with further bindings (payload mode), batches (cardinality "many"), retry policies.
// Also left out: function keys (authLevel is not asked, as in Core Tools' Development environment), CORS, and
// watching files.
package functionshost
