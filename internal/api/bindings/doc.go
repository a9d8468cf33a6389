// Package bindings derives functions/<operationId>/function.json from the contract: one HTTP function for each
// operation, with one binding for the request and one for the answer, so that the host forwards the request to
// the handler as it came. Folders of queue and timer functions are written by hand; Sync leaves them alone.
package bindings
