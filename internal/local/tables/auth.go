package tables

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// maxSkew is how far a request's date may be from the server's clock.
const maxSkew = 15 * time.Minute

// authenticate checks the signature of a request: SharedKeyLite, which the SDKs use, or SharedKey for tables.
// It tells a stranger nothing but that he is one, except for a wrong clock, which only the owner of the key can have.
func (s *Server) authenticate(r *http.Request) error {
	scheme, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	account, signature, found := strings.Cut(credentials, ":")
	if !found || account != s.account {
		return forbidden("Sign it with the account's key (SharedKeyLite).")
	}
	date := r.Header.Get("x-ms-date")
	if date == "" {
		date = r.Header.Get("Date")
	}
	var signed string
	switch scheme {
	case "SharedKeyLite":
		signed = date + "\n" + s.canonicalResource(r)
	case "SharedKey":
		signed = strings.Join([]string{
			r.Method, r.Header.Get("Content-MD5"), r.Header.Get("Content-Type"), date, s.canonicalResource(r),
		}, "\n")
	default:
		return forbidden("Sign it with the account's key (SharedKeyLite).")
	}
	sent, err := base64.StdEncoding.DecodeString(signature)
	if err != nil || !hmac.Equal(sent, s.sign(signed)) {
		return forbidden("The signature does not fit the request and the account's key.")
	}
	return s.checkDate(date)
}

func (s *Server) sign(text string) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// canonicalResource is the account and the path as it is on the wire; with path-style addresses the account is there
// twice. Of the query only comp is signed.
func (s *Server) canonicalResource(r *http.Request) string {
	path := r.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	resource := "/" + s.account + path
	if query := r.URL.Query(); query.Has("comp") {
		resource += "?comp=" + query.Get("comp")
	}
	return resource
}

func (s *Server) checkDate(date string) error {
	sent, err := http.ParseTime(date)
	if err != nil {
		return forbidden("The x-ms-date header is missing or is not an HTTP date.")
	}
	if skew := s.now().Sub(sent).Abs(); skew > maxSkew {
		return forbidden("The request's date is more than 15 minutes from the server's clock. Set the clock right.")
	}
	return nil
}
