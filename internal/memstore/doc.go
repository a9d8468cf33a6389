// Package memstore is platform.Store in memory, for tests that need a store which is exact, fast and can be copied. It keeps
// what internal/storetest promises: transactions, versions, the outbox, the work list.
//
// A row is stored as a deep copy and handed out as another one, so that no caller can change what is stored. A stored row
// is never changed but replaced: so a copy of the whole store is cheap, and a simulation can start thousands of times from one.
//
// A new noun takes a table in state, a line in gather and a read; see commit.go.
package memstore
