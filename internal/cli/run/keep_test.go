package run_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/cli/run"
)

const (
	planKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" // 32 bytes
)

// kept is a run that planned and kept its plan; the published folder is returned.
func kept(t *testing.T) (folder, digest string) {
	t.Helper()
	var told string
	s, out := newSession(t, platform{
		"/run/start": says(fmt.Sprintf(`{"decision":"proceed","reason":"x","mode":"deploy","secret":"s","planKey":%q}`, planKey)),
		"/run/plan": func(w http.ResponseWriter, r *http.Request) {
			var b bytes.Buffer
			_, _ = b.ReadFrom(r.Body) // a short body fails below
			told = b.String()
			fmt.Fprint(w, `{"decision":"keep","reason":"Somebody has to approve it."}`)
		},
		"/run/result": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
	})
	engine(t, s, `echo '{"resource_changes":[]}'`)
	writeRoot(t, s, "tfplan", "plan with hunter2")
	writeRoot(t, s, ".terraform.lock.hcl", "locked")
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "##vso[task.setvariable variable=lazuli.next]keep") || !strings.Contains(out.String(), "##vso[task.setsecret]"+planKey) {
		t.Errorf("the agent is told\n%s", out)
	}
	s.JobStatus = "Succeeded"
	if err := s.Result(t.Context()); err != nil { // an engine that is asked for outputs would fail to give any
		t.Fatal(err)
	}
	if r := readResult(t, s); r.Status != "Succeeded" {
		t.Errorf("result %+v", r)
	}
	_, digest, _ = strings.Cut(told, `"digest":"`)
	return filepath.Join(s.Folder, run.KeptFolder), digest[:64]
}

func writeRoot(t *testing.T, s *run.Session, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.Folder, "root", name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// restored is the run after the approval, with what was published in its place.
func restored(t *testing.T, folder, key, digest string) (*run.Session, *bytes.Buffer, error) {
	t.Helper()
	s, out := newSession(t, platform{"/run/start": says(fmt.Sprintf(`{"decision":"proceed","reason":"x","mode":"apply","secret":"s","planKey":%q,"planRun":"7","plan":%q}`, key, digest))})
	engine(t, s, "exit 1")
	if err := os.CopyFS(filepath.Join(s.Folder, run.KeptFolder), os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, out, s.Restore(t.Context())
}

func TestRestore_thePlanThatWasKept(t *testing.T) {
	folder, digest := kept(t)
	sealed, err := os.ReadFile(filepath.Join(folder, "plan.sealed"))
	if err != nil || bytes.Contains(sealed, []byte("hunter2")) {
		t.Fatalf("what is published can be read: %v", err)
	}
	s, out, err := restored(t, folder, planKey, digest)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"tfplan": "plan with hunter2", ".terraform.lock.hcl": "locked"} {
		if got, err := os.ReadFile(filepath.Join(s.Folder, "root", name)); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
	for _, want := range []string{"variable=lazuli.planRun]7", "variable=lazuli.mode]apply", "variable=lazuli.next]apply"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the agent is not told %s", want)
		}
	}
}

// Any other plan than the one that was approved is refused, and the agent is not told to apply.
func TestRestore_anotherPlan(t *testing.T) {
	folder, digest := kept(t)
	file := filepath.Join(folder, "plan.sealed")
	sealed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)/2] ^= 1
	for name, row := range map[string]struct {
		content     []byte
		key, digest string
	}{
		"another digest was approved": {sealed, planKey, strings.Repeat("b", 64)},
		"another key":                 {sealed, "B" + planKey[1:], digest},
		"no key":                      {sealed, "", digest},
		"one bit is another":          {changed, planKey, digest},
		"cut off":                     {sealed[:5], planKey, digest},
		"empty":                       {nil, planKey, digest},
	} {
		if err := os.WriteFile(file, row.content, 0o600); err != nil {
			t.Fatal(err)
		}
		s, out, err := restored(t, folder, row.key, row.digest)
		if err == nil || strings.Contains(out.String(), "variable=lazuli.next]") {
			t.Errorf("%s: %v, and the agent is told\n%s", name, err, out)
		}
		if _, err := os.Stat(filepath.Join(s.Folder, "root", "tfplan")); err == nil {
			t.Errorf("%s: there is a plan to apply", name)
		}
	}
}
