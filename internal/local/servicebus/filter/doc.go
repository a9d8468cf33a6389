// Package filter decides which messages of a topic a subscription takes: the true, correlation and SQL filters of
// Service Bus rules. A filter that cannot be understood is refused when it is made, never when a message comes.
package filter
