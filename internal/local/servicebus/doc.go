// Package servicebus stands in for Azure Service Bus on a laptop: an AMQP 1.0 server over plain TCP to which the
// official client libraries connect unchanged, given a connection string with UseDevelopmentEmulator=true.
//
// Queues, topics, subscriptions, sessions, schedules, duplicate detection and dead letters behave as the service
// documents them, and what was acknowledged to a client survives kill -9: everything is in one file. Entities come
// from a file in the format of the official emulator ([ParseEntities]); there is no HTTP administration, and the one
// key there is may send, listen and manage.
//
// How it is laid out, from the wire inwards:
//
//	amqp     bytes: values, frames, performatives, message sections
//	link     connections, sessions, links, credit
//	(here)   what a link attaches to: $cbs tokens, senders, receivers, $management requests
//	filter   rules of subscriptions
//	broker   the messages, in one goroutine and one file
package servicebus
