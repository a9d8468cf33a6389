// Package queuetest is what platform.Messenger promises, as a suite: whatever sends messages for the platform runs it,
// against the broker that "lazuli up" embeds always, and against Azure when its settings are there. A bug found in one
// becomes a case for all.
//
// The suite reads as the specification of the port: one test for each promise. It gives every message ids of its own
// and passes over messages that it did not send, so it can run on a namespace that is in use, as long as nothing else
// receives from it.
package queuetest
