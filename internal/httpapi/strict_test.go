package httpapi_test

import (
	"strings"
	"testing"
)

// What two readers could understand differently is refused, and the answer points at it.
func TestStrict_pointsAt(t *testing.T) {
	s := serve(t)
	nested := func(levels int) string {
		return `{"parameters":` + strings.Repeat(`{"a~/b":`, levels-1) + "1" + strings.Repeat("}", levels)
	}
	for name, test := range map[string]struct{ body, pointer string }{
		"member twice":               {`{"type":"dev","type":"prod"}`, "/type"},
		"twice by an escape":         {`{"type":"dev","\u0074ype":"prod"}`, "/type"},
		"twice in another case":      {`{"type":"dev","Type":"prod"}`, "/Type"},
		"twice in parameters":        {`{"type":"dev","parameters":{"list":["}",{"x":{}},{"x":1,"y":[{}],"x":2}]}}`, "/parameters/list/2/x"},
		"twice in a manifest":        {`{"type":"dev","manifest":{"resources":{"a":{"type":"t","inputs":{"n":1,"n":1}}}}}`, "/manifest/resources/a/inputs/n"},
		"twice, to be escaped":       {`{"parameters":{"a/b":1,"~":2,"a/b":3}}`, "/parameters/a~1b"},
		"twice by lone surrogates":   {`{"parameters":{"\ud800":1,"\ud801":2}}`, "/parameters/\ufffd"},
		"unknown deep inside":        {`{"manifest":{"resources":{"a":{"type":"t","kind":"x"}}}}`, "/manifest/resources/a/kind"},
		"nested too deep":            {nested(65), "/parameters" + strings.Repeat("/a~0~1b", 63)},
		"nested deeper than a stack": {nested(6000), "/parameters" + strings.Repeat("/a~0~1b", 63)},
	} {
		t.Run(name, func(t *testing.T) {
			s := &served{t: t, url: s.url}
			p := s.do("developer", "POST", dev+"/deployments/preview", test.body).mustBe(400, "ValidationFailed")
			if len(p.Errors) != 1 || p.Errors[0].Pointer != test.pointer || p.Errors[0].Detail == "" {
				t.Errorf("errors %+v, want one at %s", p.Errors, test.pointer)
			}
		})
	}
	for name, body := range map[string]string{"invalid UTF-8": "{\"type\":\"d\xffev\"}", "invalid UTF-8 in a name": "{\"parameters\":{\"\xc3(\":1}}", "a byte order mark": "\ufeff{}"} {
		t.Run(name, func(t *testing.T) {
			s := &served{t: t, url: s.url}
			s.do("developer", "POST", dev+"/deployments/preview", body).mustBe(400, "ValidationFailed")
		})
	}
}

// The same name in two objects is no name given twice, and 64 levels are not too many.
func TestStrict_accepts(t *testing.T) {
	s := serve(t)
	value := strings.Repeat(`{"a":[`, 30) + `{"a":1},{"a":"\"a\":{"}` + strings.Repeat(`]}`, 30)
	got := s.do("developer", "POST", dev+"/deployments/preview", `{"type":"dev","template":"empty","parameters":{"a":`+value+`,"A":1}}`)
	if strings.Contains(got.body, "twice") || strings.Contains(got.body, "deeper than 64") {
		t.Errorf("refused: %d %s", got.status, got.body)
	}
}

// The scan is linear: the largest body of all, made of the smallest members, takes no longer than it should.
func BenchmarkStrict(b *testing.B) {
	s := serve(b)
	body := `{"items":[` + strings.Repeat(`{"document":{"a":1,"b":[]}},`, 290_000) + `{}]}`
	for b.Loop() {
		if got := s.do("developer", "POST", "/v1/catalog/publications", body); got.status >= 500 {
			b.Fatal(got.body)
		}
	}
}
