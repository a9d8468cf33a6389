package httpapi_test

import (
	"net/http"
	"net/url"
	"testing"
)

// Whatever stands in a body or a token, the answer is an answer: never our fault, and never a success that was not asked for.
func FuzzPutEnvironment(f *testing.F) {
	for _, seed := range []string{files, `{}`, `{"type":"dev","manifest":{"resources":{"a":{"type":"postgres","inputs":{"x":"${resources.a.outputs.url}"}}}}}`, `{"type":"dev","parameters":null}`, "\xff", `[[[[`} {
		f.Add(seed)
	}
	s := serve(f)
	f.Fuzz(func(t *testing.T, body string) {
		one := &served{t: t, url: s.url}
		if got := one.do("developer", "POST", dev+"/deployments/preview", body, "Content-Type", "application/json"); got.status >= 500 {
			t.Errorf("%q: %d %s", body, got.status, got.body)
		}
	})
}

func FuzzPageToken(f *testing.F) {
	for _, seed := range []string{"", ".", "cGF5.AAAA", "x.y.z", "\x00"} {
		f.Add(seed)
	}
	s := serve(f)
	f.Fuzz(func(t *testing.T, token string) {
		one := &served{t: t, url: s.url}
		got := one.do("developer", "GET", "/v1/projects?pageToken="+url.QueryEscape(token), "")
		if token != "" && got.status != http.StatusBadRequest {
			t.Errorf("token %q was taken: %d %s", token, got.status, got.body)
		}
	})
}
