// Package triggers answers the Functions host when a queue message or a timer is due: POST /<FunctionName> with an envelope.
//
// The host's rules, as far as they matter here. A message's text arrives in Data under the name of the binding, JSON twice
// over. An answer of 200 with a JSON object settles the message; anything that is not 2xx has it redelivered at once, without
// a pause, until the broker gives it up; an empty 200 hangs the invocation. So an error is answered only when the storage
// could not be used; what is to be tried later is scheduled by the platform itself. Of the metadata the application properties
// alone are read: a member of the message's body could shadow the rest.
//
// There is no secret between host and handler. The handler listens on loopback alone.
package triggers
