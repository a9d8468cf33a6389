package explain_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/lazuli-platform/lazuli/internal/explain"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

const good = `rules:
  - id: DiskFull
    patterns: ['disk (?P<disk>\S+) is full']
    cause: The disk {disk|of the agent} is full.
    whoFixes: platformTeam
    action: Clean it.
    retry: "no"
`

func load(files ...string) (*explain.Rules, error) {
	folder := fstest.MapFS{}
	for i, text := range files {
		folder[string(rune('a'+i))+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return explain.Load(folder)
}

// Rules are read to the letter: a slip in one must not wait for the failure that it was meant for.
func TestLoad_refuses(t *testing.T) {
	if _, err := load(good); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	for name, row := range map[string]struct{ from, to, want string }{
		"unknown member":        {"cause:", "causes: x\n    cause:", "causes"},
		"member twice":          {"retry:", "action: Again.\n    retry:", "action"},
		"bad pattern":           {`\S+`, `\S+(`, "missing closing"},
		"pattern for all":       {`'disk (?P<disk>\S+) is full'`, `'(?P<disk>x*)'`, "would match everything"},
		"group without use":     {"{disk|of the agent}", "of the agent", `captures "disk", which no sentence uses`},
		"use without group":     {"(?P<disk>", "(?:", "{disk|…}, which no pattern captures"},
		"group without name":    {"(?P<disk>", "(?P<disk>x)|(", "without a name"},
		"braces":                {"{disk|of the agent}", "{disk}", "brace"},
		"no sentence":           {"is full.\n", "is full\n", "full stop"},
		"nobody we know":        {"platformTeam", "plattformTeam", `not "plattformTeam"`},
		"no answer about retry": {`"no"`, `never`, `not "never"`},
		"id":                    {"DiskFull", "disk-full", "an id is words"},
		"says nothing":          {`patterns: ['disk (?P<disk>\S+) is full']`, `codes: []`, "neither patterns nor codes"},
		"nothing":               {good, "rules: []\n", "no rules"},
		"no YAML":               {good, "\t:", "rules of a.yaml"},
		"second document":       {good, good + "---\n" + good, "rules of a.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(good, row.from, row.to, 1)
			if text == good {
				t.Fatal("the row changes nothing")
			}
			if _, err := load(text); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q in it", err, row.want)
			}
		})
	}
	if _, err := load(good, good); err == nil || !strings.Contains(err.Error(), "the id is taken in a.yaml") {
		t.Errorf("the same id in two files: %v", err)
	}
}

// What stands in an error is somebody else's text: of it a sentence takes over a name at most.
func TestExplain_captures(t *testing.T) {
	rules, err := load(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct{ disk, want string }{
		"plain":       {"sda1", "The disk sda1 is full."},
		"markup":      {"<b>`sda1`", "The disk b>sda1 is full."},
		"control":     {"sd\x1b[31ma\u202e1", "The disk sd[31ma1 is full."},
		"placeholder": {"{disk|x}", "The disk {disk|x} is full."},
		"long":        {strings.Repeat("x", 500), "The disk " + strings.Repeat("x", 120) + "… is full."},
		"in Azure":    {"/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/disks/data", "The disk disks/data in resource group rg is full."},
	} {
		t.Run(name, func(t *testing.T) {
			got, known := rules.Explain(platform.OperationError{Message: "disk " + row.disk + " is full"})
			if !known || got.Cause != row.want {
				t.Errorf("got %+v %v, want %q", got, known, row.want)
			}
		})
	}
}

// Engines wrap their lines and draw frames around them; the message comes before the lines around it.
func TestExplain_texts(t *testing.T) {
	rules, err := load(good, `rules:
  - id: OnFire
    codes: [StepFailed]
    patterns: ['on fire']
    cause: It burns.
    whoFixes: nobody
    action: Wait.
    retry: asIs
  - id: Coded
    codes: [OutputsUnreadable]
    cause: The outputs cannot be read.
    whoFixes: platformTeam
    action: Look.
    retry: asIs
`)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		err  platform.OperationError
		want string
	}{
		"wrapped":           {platform.OperationError{Message: "no", Lines: []string{"╷", "│ Error: disk", "│ sda1 is", "│   full", "╵"}}, "DiskFull"},
		"message first":     {platform.OperationError{Code: "StepFailed", Message: "on fire", Lines: []string{"disk sda1 is full"}}, "OnFire"},
		"not with the code": {platform.OperationError{Code: "TerraformFailed", Message: "on fire"}, ""},
		"by code alone":     {platform.OperationError{Code: "OutputsUnreadable", Message: "what?"}, "Coded"},
		"unknown":           {platform.OperationError{Message: "something else"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, known := rules.Explain(row.err); got.Rule != row.want || known != (row.want != "") {
				t.Errorf("got %q, want %q", got.Rule, row.want)
			}
		})
	}
}

func FuzzExplain(f *testing.F) {
	rules := shipped(f)
	f.Add("StepFailed", "creating Subnet: (Line: 1, Col: 2)", "│ exceeding approved x quota\n\x1b[31m")
	f.Add("", "lookup a.b: no such host", "open /x/.lazuli/y: permission denied")
	f.Fuzz(func(t *testing.T, code, message, lines string) {
		failed := platform.OperationError{Code: code, Message: message, Lines: strings.Split(lines, "\n")}
		got, known := rules.Explain(failed)
		if again, _ := rules.Explain(failed); again != got {
			t.Error("the same failure is explained in two ways")
		}
		if known != slices.Contains(rules.IDs(), got.Rule) {
			t.Errorf("known %v by rule %q", known, got.Rule)
		}
		for _, sentence := range []string{got.Cause, got.Action} {
			if known && sentence == "" || len(sentence) > 4000 || strings.ContainsFunc(sentence, unicode.IsControl) {
				t.Errorf("no sentence: %q", sentence)
			}
		}
	})
}
