package route_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost/route"
)

func parse(t *testing.T, prefix, text string) *route.Template {
	t.Helper()
	parsed, err := route.Parse(prefix, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestMatch(t *testing.T) {
	none := map[string]string{}
	for _, c := range []struct {
		route, path string
		want        map[string]string // nil: no match
	}{
		{"projects", "/v1/projects", none},
		{"projects", "/v1/projects/", none},
		{"projects", "/V1/Projects", none},
		{"projects", "/v1/projects/x", nil},
		{"projects", "/projects", nil},
		{"projects/{project}", "/v1/projects/payments", map[string]string{"project": "payments"}},
		{"projects/{project}", "/v1/projects", nil},
		{"projects/{project}", "/v1/projects/a%2Fb", map[string]string{"project": "a/b"}},
		{"projects/{project}", "/v1/projects/%zz", nil},
		{"items/{id?}", "/v1/items", none},
		{"items/{id=new}", "/v1/items", map[string]string{"id": "new"}},
		{"items/{id=new}", "/v1/items/7", map[string]string{"id": "7"}},
		{"files/{*rest}", "/v1/files/a/b%20c", map[string]string{"rest": "a/b c"}},
		{"files/{**rest?}", "/v1/files", none},
		{"files/{name}.json", "/v1/files/a.b.json", map[string]string{"name": "a.b"}},
		{"files/{name}.json", "/v1/files/.json", nil},
		{"items/{id:int:min(3)}", "/v1/items/3", map[string]string{"id": "3"}},
		{"items/{id:int:min(3)}", "/v1/items/2", nil},
		{"items/{id:int}", "/v1/items/x", nil},
		{"items/{id:guid}", "/v1/items/{8e7c0d5e-2f0b-4a57-9a3c-3f5a3f0b8d11}", map[string]string{"id": "{8e7c0d5e-2f0b-4a57-9a3c-3f5a3f0b8d11}"}},
		{"items/{id:guid}", "/v1/items/8e7c", nil},
		{"items/{id:length(2,3)}", "/v1/items/abcd", nil},
		{"items/{id:range(1,9)}", "/v1/items/9", map[string]string{"id": "9"}},
		{"items/{id:alpha:maxlength(2)}", "/v1/items/ab", map[string]string{"id": "ab"}},
		{"items/{id:regex(^[a-z]{{2}}$)}", "/v1/items/zz", map[string]string{"id": "zz"}},
		{"items/{id:bool}", "/v1/items/TRUE", map[string]string{"id": "TRUE"}},
		{"items/{when:datetime}", "/v1/items/2026-03-02", map[string]string{"when": "2026-03-02"}},
		{"items/{f:file}", "/v1/items/readme.md", map[string]string{"f": "readme.md"}},
		{"items/{f:nonfile}", "/v1/items/readme.md", nil},
	} {
		t.Run(c.route+" "+c.path, func(t *testing.T) {
			got, ok := parse(t, "v1", c.route).Match(c.path)
			if ok != (c.want != nil) {
				t.Fatalf("matched = %t (%v), want %v", ok, got, c.want)
			}
			if diff := cmp.Diff(c.want, got); ok && diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParse_reserved(t *testing.T) {
	for _, text := range []string{"admin/x", "Administrators", "runtime/webhooks", "runtimes"} {
		if _, err := route.Parse("v1", text); !errors.Is(err, route.ErrReserved) {
			t.Errorf("Parse(%q) = %v, want ErrReserved", text, err)
		}
	}
}

func TestParse_refused(t *testing.T) {
	for text, want := range map[string]string{
		"/items":              "begins with a slash",
		"items/{id:integer}":  "no constraint",
		"items/{id:min(a)}":   "whole numbers",
		"items/{id:min(1,2)}": "number of arguments",
		"items/{id:regex(()}": "missing closing",
		"a/{id}/b/{ID}":       "twice",
		"files/{*rest}/tail":  "must come last",
		"files/x{*a}{b}":      "stand alone",
		"items/{id":           "not closed",
		"items/{}":            "name of a parameter",
		"items//x":            "empty segment",
	} {
		_, err := route.Parse("v1", text)
		if err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, route.ErrReserved) {
			t.Errorf("Parse(%q) = %v, want an error that says %s", text, err, want)
		}
	}
}

func TestOverlaps(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"items/{id}", "items/search", true},
		{"items/{id}", "items/{name}", true},
		{"items/{id}", "orders/{id}", false},
		{"items/{id}", "items/{id}/parts", false},
		{"items/{id:int}", "items/search", false},
		{"items/{id?}", "items", true},
		{"items/{*rest}", "items/a/b", true},
		{"{*rest}", "items", true},
		{"items/{id}/parts", "items/{id}/{kind}", true},
		{"Items", "items", true},
	} {
		a, b := parse(t, "v1", c.a), parse(t, "v1", c.b)
		if got := a.Overlaps(b); got != c.want {
			t.Errorf("%s overlaps %s = %t, want %t", c.a, c.b, got, c.want)
		}
		if got := b.Overlaps(a); got != c.want {
			t.Errorf("%s overlaps %s = %t, want %t", c.b, c.a, got, c.want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("items/{id:int}", "/v1/items/7")
	f.Add("files/{*rest}", "/v1/files/a%2Fb")
	f.Fuzz(func(t *testing.T, text, path string) {
		parsed, err := route.Parse("v1", text)
		if err != nil {
			return
		}
		if values, ok := parsed.Match(path); ok && values == nil {
			t.Errorf("%q matched %q without values", text, path)
		}
	})
}
