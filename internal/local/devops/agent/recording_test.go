package agent_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recording keeps what an agent records, in memory. onLine is called with each line of a log.
type recording struct {
	mu          sync.Mutex
	order       []string // record ids as they came
	records     map[string]agent.Record
	logs        map[int][]string
	tags        []string
	number      string
	attachments []agent.Attachment
	failure     error // what every call answers from now on
	onLine      func(string)
}

func (r *recording) Record(_ context.Context, record agent.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.records[record.ID]; !ok {
		r.order = append(r.order, record.ID)
	}
	r.records[record.ID] = record
	return r.failure
}

func (r *recording) CreateLog(context.Context) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := len(r.logs) + 1
	r.logs[id] = []string{}
	return id, r.failure
}

func (r *recording) AppendLog(_ context.Context, id int, lines []string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.logs[id] = append(r.logs[id], lines...)
	if r.onLine != nil {
		for _, line := range lines {
			r.onLine(line)
		}
	}
	return r.failure
}

func (r *recording) Attach(_ context.Context, a agent.Attachment) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.attachments = append(r.attachments, a)
	return r.failure
}

func (r *recording) AddTag(_ context.Context, tag string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tags = append(r.tags, tag)
	return r.failure
}

func (r *recording) SetBuildNumber(_ context.Context, number string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.number = number
	return r.failure
}

// named gives the record with this name or identifier.
func (r *recording) named(t *testing.T, name string) agent.Record {
	t.Helper()
	for _, id := range r.order {
		if record := r.records[id]; record.Name == name || record.Identifier == name {
			return record
		}
	}
	t.Fatalf("there is no record %q", name)
	return agent.Record{}
}

// text gives the log of a record without time stamps.
func (r *recording) text(t *testing.T, name string) string {
	t.Helper()
	var b strings.Builder
	for _, line := range r.logs[r.named(t, name).LogID] {
		stamp, rest, ok := strings.Cut(line, " ")
		if _, err := time.Parse("2006-01-02T15:04:05.0000000Z", stamp); err != nil || !ok {
			t.Errorf("the line %q does not begin with a time stamp", line)
		}
		b.WriteString(rest + "\n")
	}
	return b.String()
}

// results gives "name=result" of all records of a type, in order.
func (r *recording) results(kind string) []string {
	var found []string
	for _, id := range r.order {
		if record := r.records[id]; record.Type == kind && !strings.HasPrefix(record.RefName, "JobExtension") {
			found = append(found, record.Name+"="+string(record.Result))
		}
	}
	return found
}

// artifactStore keeps artifacts in memory.
type artifactStore struct {
	mu    sync.Mutex
	named map[string]fstest.MapFS
}

func (a *artifactStore) Publish(_ context.Context, name, _ string, files fs.FS) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.named[name]; ok {
		return fmt.Errorf("artifact %s: %w", name, fs.ErrExist)
	}
	kept := fstest.MapFS{}
	a.named[name] = kept
	return fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, path)
		kept[path] = &fstest.MapFile{Data: data, Mode: 0o644}
		return err
	})
}

func (a *artifactStore) Open(_ context.Context, name string) (fs.FS, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if files, ok := a.named[name]; ok {
		return files, nil
	}
	return nil, fmt.Errorf("artifact %s: %w", name, fs.ErrNotExist)
}

func (a *artifactStore) Names(context.Context) ([]string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var names []string
	for name := range a.named {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

// OfRun knows one other run, number 7 of the pipeline deploy, whose artifacts it has under "7/".
func (a *artifactStore) OfRun(_ context.Context, pipeline string, run int) (agent.Artifacts, error) {
	if pipeline != "deploy" || run != 7 {
		return nil, fs.ErrNotExist
	}
	other := &artifactStore{named: map[string]fstest.MapFS{}}
	for name, files := range a.named {
		if rest, ok := strings.CutPrefix(name, "7/"); ok {
			other.named[rest] = files
		}
	}
	return other, nil
}

// execution is a run that a test prepares and starts.
type execution struct {
	cfg       agent.Config
	in        agent.Input
	rec       *recording
	artifacts *artifactStore
	cancel    func()
}

var group = map[string]pipeline.Variable{"shared": {Value: "from the group"}, "password": {Value: "s3cr3t!", Secret: true}}

// prepare compiles a pipeline and makes a run of it whose sources are the given files.
func prepare(t *testing.T, text string, sources map[string]string) *execution {
	t.Helper()
	plan, err := pipeline.Compile(fstest.MapFS{"p.yml": {Data: []byte(text)}}, "p.yml", pipeline.Input{
		Groups:      func(name string) bool { return name == "lazuli" },
		Connections: func(name string) bool { return name == "lazuli" },
	})
	if err != nil {
		t.Fatal(err)
	}
	canceled := make(chan struct{})
	var once sync.Once
	e := &execution{
		rec:       &recording{records: map[string]agent.Record{}, logs: map[int][]string{}},
		artifacts: &artifactStore{named: map[string]fstest.MapFS{}},
		cancel:    func() { once.Do(func() { close(canceled) }) },
	}
	e.cfg = agent.Config{
		Name: "tester", WorkDir: t.TempDir(), Environ: agent.Environ(os.Environ()), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Now: time.Now, Parallel: 4, RetryDelay: func(int) time.Duration { return 0 },
		Grace: agent.Grace{Interrupt: 300 * time.Millisecond, Terminate: 300 * time.Millisecond},
	}
	e.in = agent.Input{
		Plan: plan, Artifacts: e.artifacts, Cancel: canceled,
		Predefined: map[string]string{"Build.BuildId": "7", "Build.Reason": "Manual", "Build.Repository.Name": "platform", "Build.SourceBranchName": "main"},
		Groups:     func(string) (map[string]pipeline.Variable, bool) { return group, true },
		Checkout: func(_ context.Context, dir string) error {
			for name, content := range sources {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
					return err
				}
			}
			return nil
		},
	}
	return e
}

// run executes it and checks what holds for every run: all records completed, no workspace left.
func (e *execution) run(t *testing.T) agent.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	outcome, err := agent.Run(ctx, e.cfg, e.in, e.rec)
	if err != nil {
		t.Fatal(err)
	}
	e.checkEnd(t)
	return outcome.Result
}

func (e *execution) checkEnd(t *testing.T) {
	t.Helper()
	for _, record := range e.rec.records {
		if record.State != agent.Completed || record.Result == "" {
			t.Errorf("record %s %s is %s %s at the end", record.Type, record.Name, record.State, record.Result)
		}
	}
	left, err := os.ReadDir(e.cfg.WorkDir)
	if err != nil || len(left) > 0 {
		t.Errorf("left in the work directory: %v, %v", left, err)
	}
}

// steps makes a pipeline without checkout from the text of its steps.
func steps(text string) string { return "steps:\n- checkout: none\n" + text }

var errRecorder = errors.New("the disk is full")
