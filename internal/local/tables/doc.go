// Package tables is Azure Table Storage on a laptop: the service's HTTP protocol in front of one durable file.
//
// It exists so that Lazuli runs the code it runs in Azure, with the official SDK over a real socket and without an
// account. It keeps the rules that code comes to rely on (one partition in a transaction, limits, types, ETags,
// paging), because a rule that is only enforced in production is found out in production.
//
//	server, err := tables.Open(tables.Config{File: ".lazuli/tables.db", Account: "lazuli", Key: key})
//	http.Serve(listener, server)                          // the caller owns the listener and its time-outs
//	server.ConnectionString(listener.Addr().String())     // what aztables is given
//
// # The way of a request
//
//	server.go   Open, Close, ServeHTTP: checks the caller, turns every failure into one error answer
//	auth.go     SharedKey and SharedKeyLite signatures, the 15 minutes a request may be old
//	routes.go   the path, taken apart: Tables, Tables('x'), $batch, name(), name(PartitionKey='…',RowKey='…')
//	format.go   which JSON level is asked for, which media types are refused
//	tableset.go create, list and delete tables
//	entities.go read and write one entity
//	batch.go    entity group transactions: batchread.go takes the multipart apart, batchwrite.go answers
//	query.go    $filter, $select, $top and continuation over a range of keys
//	filter*.go  the $filter language: text → tokens → tree → truth, and the tree → range of keys
//	value.go    the eight types a property may have; entity.go the entity, its limits and its ETag
//	decode.go   JSON → entity; encode.go entity → JSON; rowcodec.go entity ⇔ bytes in the file
//	change.go   what an operation does to the rows: preconditions, replace, merge, delete
//	store.go    the file: one writer that commits requests in groups, many readers of snapshots
//	errors.go   the service's error codes and how a person reads them
//
// # What is promised
//
// A write is on the disk (fsync) before it is answered. Requests that arrive while the disk is busy share the next
// fsync, so many writers cost little more than one. A transaction is all or nothing, and a reader never sees half of
// it. No ETag is ever used twice, whatever the clock does. When the disk is full the request is answered with 500
// and a sentence that says so; what was acknowledged before stays, and reads go on.
//
// # Where it differs from Azure
//
// A deleted table's name can be used again at once (Azure takes 40 s or more). Keys sort by UTF-8 bytes, which differs
// from the service's UTF-16 order only above U+FFFF. Service properties, access policies, shared access signatures,
// bearer tokens and queries inside a batch are answered with 501 or 403.
package tables
