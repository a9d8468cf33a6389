// Package simulation runs the platform's core and shell, the code of production, in a world of its own: a virtual clock, a store,
// a broker and an Azure DevOps in memory, processes that die, messages that come twice, late or never. It is how the promises of
// docs/guarantees.md are held against every order of faults.
//
// A world is deterministic. Everything that happens is an event in one queue, ordered by time and then by when it was asked
// for; whatever waits is a coroutine (task.go), and only one goes on at a time. So a seed is a whole history:
//
//	go test ./internal/simulation -run TestSeed -seed 4711    # replays it, with its last events
//
// Where something can go wrong is a point. Points are numbered as they come, and at each the schedule (faults.go) says what
// goes wrong: by chance in a run of a seed, at given points in a run of the enumeration, which tries each fault at each point.
//
//	world.go, task.go   the clock, the events, the coroutines
//	process.go          instances of the handler: started, killed, started again; requests to them
//	ports.go            the seam: each call of the core may fail before or after its effect, or kill its process
//	broker.go           Service Bus      devops.go, agent.go   Azure DevOps, its agents, and the real things that they make
//	client.go, scenarios*.go             people who ask for things
//	check.go, ledger.go                  what must hold, at each step and in the end
//	search.go           from a seed to a world; shortening what fails
//	bugs.go             mistakes on purpose, which the tests with the tag planted must find
package simulation
