// Package api holds the wire shapes of the contract, apim/openapi.yaml: what travels in requests and answers,
// and nothing else. models.gen.go is derived from the contract by "make generate"; a change starts there.
//
// A shape has no rules. Package platform says what a noun means, package httpapi turns one into the other.
package api
