package httpapi_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
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

// A body that is accepted says every thing once, at every level, and lies no deeper than 64: told by another reader than the API's.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{files, `{"type":"dev","type":"prod"}`, `{"type":"dev","\u0074ype":"prod"}`, `{"type":"dev","parameters":{"a":[{"b":1,"b":2}]}}`, `{"type":"dev","parameters":{"a":"\"{","b":{}}}`,
		`{"type":"dev","parameters":` + strings.Repeat(`[`, 64) + strings.Repeat(`]`, 64) + `}`, "{\"type\":\"d\xffev\"}"} {
		f.Add(seed)
	}
	s := serve(f)
	f.Fuzz(func(t *testing.T, body string) {
		one := &served{t: t, url: s.url}
		got := one.do("developer", "POST", dev+"/deployments/preview", body, "Content-Type", "application/json")
		if why := ambiguous(body); why != "" && got.status != http.StatusBadRequest {
			t.Errorf("%q has %s, and was taken: %d %s", body, why, got.status, got.body)
		}
	})
}

// ambiguous says what a JSON text has that no reader should take; empty if nothing, or if it is no JSON.
func ambiguous(body string) string {
	decoder := json.NewDecoder(strings.NewReader(body))
	type level struct {
		names  map[string]bool // nil in a list
		naming bool
	}
	var levels []level
	why := ""
	for {
		token, err := decoder.Token()
		if err != nil {
			if errors.Is(err, io.EOF) && json.Valid([]byte(body)) {
				return why
			}
			return ""
		}
		if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
			levels = levels[:len(levels)-1]
			continue
		}
		if n := len(levels) - 1; n >= 0 && levels[n].names != nil {
			if levels[n].naming {
				if name := token.(string); levels[n].names[name] {
					why = "a member twice"
				} else {
					levels[n].names[name] = true
				}
				levels[n].naming = false
				continue
			}
			levels[n].naming = true
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{names: map[string]bool{}, naming: true})
		case json.Delim('['):
			levels = append(levels, level{})
		}
		if len(levels) > 64 {
			why = "too many levels"
		}
	}
}
