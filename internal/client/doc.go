// Package client is the Go client of the contract, apim/openapi.yaml, derived from it by "make generate". One
// method per operation; requests and answers are the shapes of package api.
//
// ClientWithResponses decodes answers by status; a problem stands in the default answer's field. The package
// adds no retries and no token: give NewClientWithResponses a RequestEditorFn and an HTTP client that do.
package client
