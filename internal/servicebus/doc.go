// Package servicebus sends platform messages to Azure Service Bus: hints to the queues operations and runs, and
// CloudEvents to the topic events. It implements platform.Messenger; internal/queuetest says what that promises.
//
// # What is sent
//
// To a queue goes a JSON body {"project", "operation"}, or {"project", "subscription", "delivery"}, and nothing else: the consumer reads the state, it never
// believes the message. The message id is the platform's, so that the queue drops what is sent twice within its
// window; after the window, consumers go by it.
//
// To the topic goes a CloudEvent 1.0 in the binary mode of the AMQP binding: the data are the body, the attributes are
// application properties named cloudEvents_…, which is what subscriptions filter on. Its session is the environment, or the
// project when it is about the project itself; subscriptions with sessions get the events of one in order.
//
// # When Service Bus does not answer
//
// A send takes no longer than two seconds, so that a request that is waiting for it can be answered. An error means
// that nothing is known: the message may have arrived. Whoever sends keeps the message and sends it again later, with
// the same id.
//
// # Credentials
//
// In Azure it is a token of the app's own identity for the namespace. A connection string, which holds a key, is taken
// for a loopback host alone.
package servicebus
