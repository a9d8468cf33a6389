// Package httpapi is HTTP in and out: it decodes a request, calls the platform, and encodes what comes back. It decides
// nothing about the platform; routes.go is the table of all operations, errors.go maps codes to statuses and back to words.
//
// The handler gets requests from the Functions host, which has matched a route already and passes the path on unchanged,
// prefix included. Nothing that the host or the gateway says about the caller is trusted: every request is authenticated here.
package httpapi
