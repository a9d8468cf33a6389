// Package broker keeps the messages of Service Bus queues, topics and subscriptions in one file and decides who gets
// which: locks, delivery counts, sessions, schedules, duplicates, dead letters. It speaks no protocol; its callers hand
// it encoded AMQP messages and get such back.
//
// # One loop
//
// A single goroutine owns all state, so there are no locks and no races to reason about. A call puts an operation into
// the loop's inbox and returns at once; its callback runs in the loop's goroutine and must not wait. In one turn the
// loop takes what is in the inbox, applies it in order to the state in memory, fires the alarms that are due, hands
// messages to consumers, commits all changes in one transaction of the file, and only then runs the callbacks. While a
// commit waits for the disk the next operations gather, so that many senders share one write to it.
//
// What a callback reports is therefore durable: it survives kill -9. If the commit fails, for instance because the
// disk is full, every callback of the turn gets the error, memory is rebuilt from the file, and all consumers are told
// that they lost their links, so that nothing is believed that is not on the disk.
//
// # What is stored
//
//	<entity path>/messages   sequence number (8 bytes, big-endian) → record (record.go)
//	<entity path>/history    message id → when it was seen (milliseconds, 8 bytes), for duplicate detection
//	<entity path>/sessions   session id → session state
//	<entity path>            the bucket's own sequence is the last sequence number given out
//
// Paths are in lower case: "operations", "operations/$deadletterqueue", "events/subscriptions/all". Locks are not
// stored: a restart frees every message and session with its delivery count unchanged, and the old tokens are refused.
package broker
