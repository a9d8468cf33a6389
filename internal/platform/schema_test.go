package platform_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func TestCompileSchema(t *testing.T) {
	s := mustCompile(t, `{"type":"object","properties":{"url":{"type":"string","x-secret":true},"host":{"type":"string","title":"Host"}}}`)
	if !s.Secret("url") || s.Secret("host") || s.Secret("none") {
		t.Error("x-secret is not read as it stands")
	}
	if got := strings.Join(s.Names(), " "); got != "host url" {
		t.Errorf("names %s", got)
	}
	if p, ok := s.Property("host"); !ok || p["title"] != "Host" {
		t.Errorf("property %v", p)
	}
}

func TestCompileSchema_refuses(t *testing.T) {
	for name, row := range map[string]struct{ text, says string }{
		"not JSON":        {`{`, "ends too early"},
		"not a schema":    {`{"type":"object","properties":{"a":{"type":"strin"}}}`, "strin"},
		"no object":       {`{"type":"string"}`, `"type: object"`},
		"open":            {`{"type":"object","additionalProperties":true}`, `"additionalProperties" cannot stand at the root`},
		"wrong default":   {`{"type":"object","properties":{"a":{"type":"string","maxLength":2,"default":"abc"}}}`, `default of "a"`},
		"from elsewhere":  {`{"type":"object","properties":{"a":{"$ref":"https://example.org/schema"}}}`, "only point within"},
		"from a file":     {`{"type":"object","properties":{"a":{"$ref":"file:///etc/passwd"}}}`, "only point within"},
		"property twice":  {`{"type":"object","type":"object"}`, "given twice"},
		"broken pattern":  {`{"type":"object","properties":{"a":{"pattern":"("}}}`, "regex"},
		"missing pointer": {`{"type":"object","properties":{"a":{"$ref":"#/$defs/none"}}}`, "none"},
	} {
		_, err := platform.CompileSchema("the inputs", json.RawMessage(row.text))
		if err == nil || !strings.Contains(err.Error(), row.says) || !strings.Contains(err.Error(), "the inputs") {
			t.Errorf("%s: got %v, want %q in it", name, err, row.says)
		}
	}
}
