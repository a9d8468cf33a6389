package platform_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func mustParse(t testing.TB, text string) platform.Manifest {
	t.Helper()
	m, err := platform.ParseManifest([]byte(text))
	if err != nil {
		t.Fatalf("parse %s: %v", text, err)
	}
	return m
}

// pointers lists what an error points at, with its code; nil for no error.
func pointers(t testing.TB, err error) (platform.Code, []string) {
	t.Helper()
	if err == nil {
		return "", nil
	}
	var e *platform.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is not an Error", err)
	}
	var all []string
	for _, d := range e.Details {
		if !strings.HasSuffix(d.Message, ".") || strings.ToUpper(d.Message[:1]) != d.Message[:1] {
			t.Errorf("%s: %q is not a sentence", d.Pointer, d.Message)
		}
		all = append(all, d.Pointer)
	}
	return e.Code, all
}

func TestParseManifest(t *testing.T) {
	m := mustParse(t, ` {"resources": {"db": {"inputs": {"b": 1.0, "a": [true, null, "x<y"]}, "class": "small", "type": "postgres"}, "site": {"type": "app-service", "inputs": {}}}}`)
	want := `{"resources":{"db":{"class":"small","inputs":{"a":[true,null,"x<y"],"b":1},"type":"postgres"},"site":{"type":"app-service"}}}`
	if got := string(m.JSON()); got != want {
		t.Errorf("canonical form\n got %s\nwant %s", got, want)
	}
	if n, ok := m.Resources["db"].Inputs["b"].(json.Number); !ok || n != "1" {
		t.Errorf("a number is %T %v, want json.Number 1", m.Resources["db"].Inputs["b"], m.Resources["db"].Inputs["b"])
	}
}

func TestParseManifest_sameWishSameBytes(t *testing.T) {
	want := mustParse(t, `{"resources":{"db":{"type":"postgres","inputs":{"n":100,"f":0.1}}}}`).JSON()
	for _, text := range []string{
		`{"resources":{"db":{"inputs":{"f":0.10,"n":1e2},"type":"postgres","class":""}}}`,
		"{\"resources\":\n{\"db\":{\"type\":\"p\\u006fstgres\",\"inputs\":{\"n\":100.000,\"f\":1e-1}}}}",
	} {
		if diff := cmp.Diff(string(want), string(mustParse(t, text).JSON())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestParseManifest_refuses(t *testing.T) {
	deep := strings.Repeat("[", 30) + strings.Repeat("]", 30)
	many := make([]string, 51)
	for i := range many {
		many[i] = `"r` + strings.Repeat("x", i+1) + `":{"type":"postgres"}`
	}
	for name, row := range map[string]struct {
		text string
		code platform.Code
		at   []string
	}{
		"empty":             {``, platform.Invalid, []string{"/manifest"}},
		"not JSON":          {`{"resources":`, platform.Invalid, []string{"/manifest"}},
		"two values":        {`{} {}`, platform.Invalid, []string{"/manifest"}},
		"not an object":     {`[]`, platform.Invalid, []string{"/manifest"}},
		"null":              {`null`, platform.Invalid, []string{"/manifest"}},
		"unknown property":  {`{"workload":{},"resources":{"db":{"type":"postgres","size":1}}}`, platform.Invalid, []string{"/manifest/resources/db/size", "/manifest/workload"}},
		"no type":           {`{"resources":{"db":{}}}`, platform.Invalid, []string{"/manifest/resources/db"}},
		"wrong kinds":       {`{"resources":{"db":{"type":1,"class":[],"inputs":"x"}}}`, platform.Invalid, []string{"/manifest/resources/db/class", "/manifest/resources/db/inputs", "/manifest/resources/db/type"}},
		"resource is text":  {`{"resources":{"a/b":"x"}}`, platform.Invalid, []string{"/manifest/resources/a~1b"}},
		"resources is list": {`{"resources":[]}`, platform.Invalid, []string{"/manifest/resources"}},
		"twice":             {`{"resources":{"db":{"type":"a1"},"db":{"type":"a2"}}}`, platform.Invalid, []string{"/manifest"}},
		"not UTF-8":         {"{\"resources\":{\"db\":{\"type\":\"\xff\"}}}", platform.Invalid, []string{"/manifest"}},
		"too deep":          {`{"resources":{"db":{"type":"postgres","inputs":{"x":` + deep + `}}}}`, platform.Invalid, []string{"/manifest"}},
		"10,000 deep":       {strings.Repeat(`{"a":`, 10000), platform.Invalid, []string{"/manifest"}},
		"too many":          {`{"resources":{` + strings.Join(many, ",") + `}}`, platform.Invalid, []string{"/manifest/resources"}},
		"huge number":       {`{"resources":{"db":{"type":"postgres","inputs":{"x":1e400}}}}`, platform.Invalid, []string{"/manifest"}},
		"imprecise number":  {`{"resources":{"db":{"type":"postgres","inputs":{"x":9007199254740993}}}}`, platform.Invalid, []string{"/manifest"}},
		"too large":         {`{"resources":{"db":{"type":"` + strings.Repeat("a", 64<<10) + `"}}}`, platform.BodyTooLarge, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := platform.ParseManifest([]byte(row.text))
			code, at := pointers(t, err)
			if code != row.code {
				t.Errorf("code %q, want %q: %v", code, row.code, err)
			}
			if diff := cmp.Diff(row.at, at); diff != "" {
				t.Errorf("pointers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestManifest_partOfOtherJSON(t *testing.T) {
	type record struct {
		Manifest platform.Manifest `json:"manifest"`
	}
	in := record{mustParse(t, `{"resources":{"db":{"type":"postgres","inputs":{"n":1}}}}`)}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"manifest":{"resources":{"db":{"inputs":{"n":1},"type":"postgres"}}}}`; string(text) != want {
		t.Errorf("encoded %s, want %s", text, want)
	}
	var out record
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Errorf("(-in +out):\n%s", diff)
	}
	if err := json.Unmarshal([]byte(`{"manifest":{"nonsense":1}}`), &out); platform.CodeOf(err) != platform.Invalid {
		t.Errorf("nonsense is taken, or without a code: %v", err)
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(`{"resources":{"db":{"type":"postgres","class":"small","inputs":{"a":[1,2.5,{"b":null}],"c":"${context.project}"}}}}`))
	f.Add([]byte(`{"resources":{"db":{"type":"\ud800","inputs":{"":-0}}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := platform.ParseManifest(text)
		if err != nil {
			return
		}
		canonical := m.JSON()
		again, err := platform.ParseManifest(canonical)
		if err != nil {
			if len(canonical) > platform.MaxManifestBytes { // escapes can make it longer
				return
			}
			t.Fatalf("the canonical form %s is refused: %v", canonical, err)
		}
		if string(again.JSON()) != string(canonical) {
			t.Fatalf("the canonical form is not stable:\n%s\n%s", canonical, again.JSON())
		}
	})
}

func TestCompareManifests(t *testing.T) {
	before := mustParse(t, `{"resources":{
		"same":{"type":"postgres","inputs":{"n":1.0}},
		"gone":{"type":"postgres"},
		"site":{"type":"app-service","class":"small","inputs":{"settings":{"A":"1","a/b":"2"},"list":[1,2],"tail":[1]}}}}`)
	after := mustParse(t, `{"resources":{
		"same":{"type":"postgres","inputs":{"n":1}},
		"new":{"type":"postgres"},
		"site":{"type":"app-service","class":"large","inputs":{"settings":{"A":"1","B":"3"},"list":[1,3],"tail":[1,2]}}}}`)
	want := []platform.ManifestChange{
		{Alias: "gone", Action: platform.ChangeRemove},
		{Alias: "new", Action: platform.ChangeAdd},
		{Alias: "same", Action: platform.ChangeKeep},
		{Alias: "site", Action: platform.ChangeChange, Differences: []string{"/class", "/inputs/list/1", "/inputs/settings/B", "/inputs/settings/a~1b", "/inputs/tail"}},
	}
	if diff := cmp.Diff(want, platform.CompareManifests(before, after)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := platform.CompareManifests(platform.Manifest{}, platform.Manifest{}); len(got) != 0 {
		t.Errorf("nothing against nothing: %v", got)
	}
}
