// Package envelope writes the body that the Azure Functions host posts to a custom handler when a queue, a
// topic or a timer fires, and reads the handler's answer.
//
// The body is {"Data":{"<binding>":<value>},"Metadata":{…}}, with the habits of the real host that a handler
// has to live with: a string, number, boolean or array is written as a string that holds the value's JSON text
// (so a JSON message is decoded three times); times of two kinds, one without a zone; and the top-level
// properties of a JSON body spill into Metadata, over system values of the same name.
//
// The package holds rules only. It starts nothing, sends nothing and knows no clock.
package envelope
