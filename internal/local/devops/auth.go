package devops

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// authenticated reports whether the request carries the personal access token as the password of Basic authentication, with
// any user name: the Go client sends none, the Node client sends "PAT".
func (s *Server) authenticated(r *http.Request) bool {
	_, password, ok := r.BasicAuth()
	if !ok {
		return false
	}
	// Hashes have one length, so the comparison tells nothing about the token's.
	got, want := sha256.Sum256([]byte(password)), sha256.Sum256([]byte(s.cfg.PAT))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

const signInPage = `<!DOCTYPE html>
<html lang="en"><head><title>Azure DevOps stand-in: sign in</title></head>
<body><h1>Sign in</h1><p>This is the local stand-in for Azure DevOps. Programs sign in with its personal access token as the password of Basic authentication.</p></body></html>
`

// writeUnauthorized answers as the service does: 401 to API clients, which ask for it by a header, and a sign-in page with
// the misleading status 203 to everybody else.
func writeUnauthorized(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.Header.Get("X-TFS-FedAuthRedirect"), "Suppress") {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNonAuthoritativeInfo)
		_, _ = w.Write([]byte(signInPage)) // the client is gone: there is nobody left to tell
		return
	}
	w.Header().Set("WWW-Authenticate", `Basic realm="Azure DevOps stand-in"`)
	if r.Header.Get("Authorization") == "" {
		w.WriteHeader(http.StatusUnauthorized) // without a body, as the service does
		return
	}
	writeJSONStatus(w, http.StatusUnauthorized, map[string]any{
		"$id": "1", "innerException": nil,
		"message":  "TF400813: The user '' is not authorized to access this resource.",
		"typeName": "Microsoft.TeamFoundation.Framework.Server.UnauthorizedRequestException, Microsoft.TeamFoundation.Framework.Server",
		"typeKey":  "UnauthorizedRequestException", "errorCode": 0, "eventId": 3000,
	})
}
