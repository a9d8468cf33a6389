// Package storetest is what a platform.Store promises, as a suite of tests. Every adapter runs the same suite, against
// what `lazuli up` embeds always, and against an emulator or Azure when their settings are there. A bug that one of them
// had becomes a case here for all.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) platform.Store { return open(t) })
//	}
//
// The cases share nothing but the store: each works in projects of its own, so that they can run against a store that has
// been in use for years.
package storetest
