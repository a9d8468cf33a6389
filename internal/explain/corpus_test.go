package explain_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/cli/run"
	"github.com/lazuli-platform/lazuli/internal/explain"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

var update = flag.Bool("update", false, "write the golden file")

// unknown is what a recorded failure says that no rule is to know.
const unknown = "none"

// recorded is a failure of the corpus: what is expected of it, and the error that the platform gets of it.
type recorded struct {
	name, rule string
	err        platform.OperationError
}

// Every recorded failure is explained by its rule and by no other, every rule has a record, and what nobody has met stays raw.
// The golden file is what people read.
func TestExplain_corpus(t *testing.T) {
	rules := shipped(t)
	met := map[string]bool{}
	var report strings.Builder
	all := corpus(t)
	for _, r := range all {
		t.Run(r.name, func(t *testing.T) {
			got, known := rules.Explain(r.err)
			if want := r.rule != unknown; known != want || known && got.Rule != r.rule {
				t.Fatalf("%q\n%s\nis explained by %q, want %s", r.err.Message, strings.Join(r.err.Lines, "\n"), got.Rule, r.rule)
			}
			met[got.Rule] = true
			fmt.Fprintf(&report, "%s\n", r.name)
			if known {
				fmt.Fprintf(&report, "  %s\n  %s: %s\n  try again: %s\n", got.Cause, got.WhoFixes, got.Action, got.Retry)
			}
		})
	}
	if len(all) < 75 {
		t.Errorf("the corpus has shrunk to %d failures", len(all))
	}
	for _, id := range rules.IDs() {
		if !met[id] {
			t.Errorf("rule %s has no recorded failure in testdata/failures", id)
		}
	}
	golden(t, report.String())
}

func golden(t *testing.T, got string) {
	t.Helper()
	file := filepath.Join("testdata", "explained.golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("what people read has changed (-want +got); -update writes it:\n%s", diff)
	}
}

// What runs print when all is well is nobody's failure: not line by line, not together.
func TestExplain_ordinaryLogs(t *testing.T) {
	rules := shipped(t)
	files, err := filepath.Glob("testdata/ordinary/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no ordinary logs: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		for _, line := range append(lines, string(text)) {
			if got, known := rules.Explain(platform.OperationError{Code: "StepFailed", Message: line}); known {
				t.Errorf("%s: %q is taken for %s", file, line, got.Rule)
			}
		}
	}
}

// The platform's own errors speak for themselves.
func TestExplain_ownErrors(t *testing.T) {
	rules := shipped(t)
	for _, message := range []string{
		"No pipeline run could be started in time. Nothing was changed.", "The run took too long and was asked to stop.",
		"Azure DevOps has not answered for too long; what became of the run is unknown.", "The run failed and gave no reason.",
		"The run ended well but its result never arrived, so nothing is known of it.", "A step of the run failed; its log says why.",
		"The run was canceled in Azure DevOps before it began. Nothing was changed.",
	} {
		if got, known := rules.Explain(platform.OperationError{Code: "RunFailed", Message: message}); known {
			t.Errorf("%q is taken for %s", message, got.Rule)
		}
	}
}

func shipped(t testing.TB) *explain.Rules {
	t.Helper()
	rules, err := explain.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func corpus(t *testing.T) []recorded {
	t.Helper()
	files, err := filepath.Glob("testdata/failures/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []recorded
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, log, ok := strings.Cut(string(text), "\n---\n")
		if !ok && !strings.HasSuffix(head, "\n---") {
			t.Fatalf("%s has no line --- between what it is and the log", file)
		}
		fields := map[string]string{}
		for line := range strings.Lines(head) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			fields[name] = value
		}
		r := recorded{name: strings.TrimSuffix(filepath.Base(file), ".txt"), rule: fields["rule"]}
		if !strings.HasPrefix(r.name, r.rule+"-") && r.rule != unknown {
			t.Errorf("%s is not named for its rule %s", file, r.rule)
		}
		switch fields["from"] {
		case "engine":
			r.err = byEngine(t, fields["step"], log)
		case "agent":
			r.err = byAgent(fields, log)
		default:
			t.Fatalf("%s: from is engine or agent", file)
		}
		all = append(all, r)
	}
	return all
}

// byEngine lets a run lift the error out of what its engine prints, as in the pipeline.
func byEngine(t *testing.T, step, log string) platform.OperationError {
	t.Helper()
	dir := t.TempDir()
	printed := filepath.Join(dir, "printed")
	engine := filepath.Join(dir, "engine")
	for file, text := range map[string]string{printed: log, engine: "#!/bin/sh\ncat '" + printed + "'\nexit 1\n"} {
		if err := os.WriteFile(file, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "root"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := run.Session{Folder: dir, Engine: engine, Out: io.Discard}
	if err := s.RunEngine(context.WithoutCancel(t.Context()), step, "", []string{step}); err == nil {
		t.Fatal("a failed engine was a success")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "error.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lifted platform.OperationError
	if err := json.Unmarshal(raw, &lifted); err != nil {
		t.Fatal(err)
	}
	return lifted
}

// byAgent is the error that Azure DevOps tells of a step, with the lines around it.
func byAgent(fields map[string]string, log string) platform.OperationError {
	err := platform.OperationError{Code: "StepFailed", Message: fields["message"], Target: fields["step"]}
	if fields["code"] != "" {
		err.Code = fields["code"]
	}
	if log = strings.TrimSpace(log); log != "" {
		err.Lines = strings.Split(log, "\n")
	}
	return err
}
