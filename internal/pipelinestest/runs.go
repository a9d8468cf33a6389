package pipelinestest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func startIsFoundAndSucceeds(t *testing.T, b *bench) {
	op := operation("good")
	run := b.start(t, op)
	found, ok, err := b.pipelines.Find(b.ctx, op)
	if err != nil || !ok || found.ID != run.ID {
		t.Fatalf("Find(%s) = %+v, %v, %v, want run %s", op, found, ok, err, run.ID)
	}
	seen := b.untilEnded(t, run)
	if seen.State != platform.RunSucceeded || seen.FirstError != nil || seen.Run.ID != run.ID || seen.Run.URL == "" {
		t.Errorf("Read = %+v, want a run that succeeded without an error", seen)
	}
	succeeded := platform.StepStatus(platform.Succeeded)
	want := []step{{"prepare", succeeded}, {"work", succeeded}, {"publish", succeeded}, {"clean up", succeeded}}
	if diff := cmp.Diff(want, stepsOf(seen)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	for _, s := range seen.Steps {
		if s.StartedAt.IsZero() || s.FinishedAt.Before(s.StartedAt) {
			t.Errorf("step %s ran from %s to %s", s.Name, s.StartedAt, s.FinishedAt)
		}
	}
}

func startTwiceFindsTheNewest(t *testing.T, b *bench) {
	op := operation("good")
	first, second := b.start(t, op), b.start(t, op)
	found, ok, err := b.pipelines.Find(b.ctx, op)
	if err != nil || !ok || found.ID != second.ID || first.ID == second.ID {
		t.Errorf("Find after runs %s and %s = %+v, %v, %v, want the second", first.ID, second.ID, found, ok, err)
	}
}

func startRefusedByThePipeline(t *testing.T, b *bench) {
	op := operation("good") + "/no-name-of-a-run"
	_, err := b.pipelines.Start(b.ctx, op)
	wantRefused(t, "Start with an id that cannot be in a run's number", err)
	if _, ok, err := b.pipelines.Find(b.ctx, op); ok || err != nil {
		t.Errorf("Find after a refusal = %v, %v, want nothing", ok, err)
	}
}

func findUnknownOperation(t *testing.T, b *bench) {
	op := operation("good")
	b.start(t, op)
	// An id that begins another one must not be taken for it.
	if run, ok, err := b.pipelines.Find(b.ctx, op[:len(op)-1]); ok || err != nil {
		t.Errorf("Find = %+v, %v, %v, want nothing", run, ok, err)
	}
}

func readFailureIsExplained(t *testing.T, b *bench) {
	seen := b.untilEnded(t, b.start(t, operation("fail")))
	if seen.State != platform.RunFailed || seen.FirstError == nil {
		t.Fatalf("Read = %+v, want a failed run with its first error", seen)
	}
	e := seen.FirstError
	if e.Message != "The name of the database is taken." || e.Target != "work" {
		t.Errorf("first error = %+v, want the issue of step work", e)
	}
	if !slices.ContainsFunc(e.Lines, func(l string) bool { return strings.Contains(l, "looking for a name") }) {
		t.Errorf("lines = %q, want those before the error", e.Lines)
	}
	want := []step{{"prepare", platform.StepStatus(platform.Succeeded)}, {"work", platform.StepStatus(platform.Failed)}, {"publish", platform.StepSkipped},
		{"clean up", platform.StepStatus(platform.Succeeded)}}
	if diff := cmp.Diff(want, stepsOf(seen)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func readExitCodeIsExplainedFromLog(t *testing.T, b *bench) {
	seen := b.untilEnded(t, b.start(t, operation("exit")))
	if seen.FirstError == nil {
		t.Fatalf("Read = %+v, want a first error", seen)
	}
	if e := seen.FirstError; e.Message != "Error: no space left on device" || !slices.Contains(e.Lines, "  on main.tf.json line 7") {
		t.Errorf("first error = %+v, want the error line of the log, without colours, and the lines around it", e)
	}
}

func logByPages(t *testing.T, b *bench) {
	op := operation("good")
	run := b.start(t, op)
	b.untilEnded(t, run)
	var prepared []string
	for _, line := range b.allLines(t, run) {
		if line.Step == "prepare" && (strings.HasPrefix(line.Text, "line ") || strings.HasPrefix(line.Text, "preparing ")) {
			prepared = append(prepared, line.Text)
		}
	}
	if diff := cmp.Diff([]string{"preparing " + op, "line 1", "line 2", "line 3", "line 4", "line 5"}, prepared); diff != "" {
		t.Errorf("lines of step prepare (-want +got):\n%s", diff)
	}
}

func logWhileRunning(t *testing.T, b *bench) {
	run := b.start(t, operation("hang"))
	b.until(t, run, working)
	page, err := b.pipelines.Log(b.ctx, run.ID, "")
	if err != nil || page.Complete {
		t.Fatalf("Log of a running run = %+v, %v, want a page that is not the last", page, err)
	}
	if err := b.pipelines.Cancel(b.ctx, run.ID); err != nil {
		t.Fatalf("Cancel: %v", err)
	}
	b.untilEnded(t, run)
	whole, head := b.allLines(t, run), page.Lines
	for cursor := page.Next; ; {
		next, err := b.pipelines.Log(b.ctx, run.ID, cursor)
		if err != nil {
			t.Fatalf("Log from %q: %v", cursor, err)
		}
		head, cursor = append(head, next.Lines...), next.Next
		if next.Complete {
			break
		}
	}
	if diff := cmp.Diff(whole, head); diff != "" {
		t.Errorf("log read while it grew (-whole +read):\n%s", diff)
	}
}

func logBeyondItsEnd(t *testing.T, b *bench) {
	run := b.start(t, operation("good"))
	b.untilEnded(t, run)
	for _, cursor := range []string{"1.100000", "100000.0", "100000.7"} {
		page, err := b.pipelines.Log(b.ctx, run.ID, cursor)
		for range 5 { // from a line that is not there, the next steps' follow
			if err != nil || page.Complete {
				break
			}
			page, err = b.pipelines.Log(b.ctx, run.ID, page.Next)
		}
		if err != nil || !page.Complete || page.Next == "" {
			t.Errorf("Log from %q = %+v, %v, want its end", cursor, page, err)
		}
	}
	for _, cursor := range []string{"x", "-1.0", "1", "1.0.0", " 1.0", "1.99999999999999999999", "1.9223372036854775807"} {
		if _, err := b.pipelines.Log(b.ctx, run.ID, cursor); platform.CodeOf(err) != platform.Invalid {
			t.Errorf("Log from %q = %v, want Invalid", cursor, err)
		}
	}
}

// The service announces a log before it has it. That is not the end of the log, and not an error.
func logNotWrittenYet(t *testing.T, b *bench) {
	run := b.start(t, operation("hang"))
	b.until(t, run, working)
	b.proxy.inject(fault{http.MethodGet, "/build/builds/" + run.ID + "/logs/", 100, status(http.StatusNotFound, `{"$id":"1","message":"The log could not be found.","typeKey":"BuildLogNotFoundException"}`, "Content-Type: application/json")})
	cursor := ""
	for range 10 {
		page, err := b.pipelines.Log(b.ctx, run.ID, cursor)
		if err != nil || page.Complete || len(page.Lines) > 0 {
			t.Fatalf("Log from %q = %+v, %v, want no lines and no end", cursor, page, err)
		}
		cursor = page.Next
	}
	if err := b.pipelines.Cancel(b.ctx, run.ID); err != nil {
		t.Fatalf("Cancel: %v", err)
	}
}

func reportPublished(t *testing.T, b *bench) {
	op := operation("good")
	run := b.start(t, op)
	b.untilEnded(t, run)
	report, err := b.pipelines.Report(b.ctx, run.ID)
	if err != nil {
		t.Fatalf("Report: %v", err)
	}
	var got struct{ Operation string }
	if err := json.Unmarshal(report, &got); err != nil || got.Operation != op {
		t.Errorf("Report = %s, %v, want the one of operation %s", report, err, op)
	}
}

func reportNoneOfAFailedRun(t *testing.T, b *bench) {
	run := b.start(t, operation("fail"))
	b.untilEnded(t, run)
	_, err := b.pipelines.Report(b.ctx, run.ID)
	wantNotFound(t, "Report of a run that published none", err)
}

func cancelRunning(t *testing.T, b *bench) {
	run := b.start(t, operation("hang"))
	b.until(t, run, working)
	for range 2 { // the second one must do no harm
		if err := b.pipelines.Cancel(b.ctx, run.ID); err != nil {
			t.Fatalf("Cancel: %v", err)
		}
	}
	seen := b.untilEnded(t, run)
	if seen.State != platform.RunCanceled {
		t.Errorf("state after Cancel = %s, want %s", seen.State, platform.RunCanceled)
	}
	want := []step{{"prepare", platform.StepStatus(platform.Succeeded)}, {"work", platform.StepStatus(platform.Canceled)}, {"publish", platform.StepSkipped},
		{"clean up", platform.StepStatus(platform.Succeeded)}}
	if diff := cmp.Diff(want, stepsOf(seen)); diff != "" {
		t.Errorf("steps: those with always() still run (-want +got):\n%s", diff)
	}
}

func cancelEnded(t *testing.T, b *bench) {
	run := b.start(t, operation("good"))
	b.untilEnded(t, run)
	if err := b.pipelines.Cancel(b.ctx, run.ID); err != nil {
		t.Errorf("Cancel of a run that has ended: %v", err)
	}
	if seen := b.until(t, run, ended); seen.State != platform.RunSucceeded {
		t.Errorf("state after a late Cancel = %s, want %s", seen.State, platform.RunSucceeded)
	}
}

func unknownRun(t *testing.T, b *bench) {
	for _, run := range []string{"987654321", "none", "-1", ""} {
		_, err := b.pipelines.Read(b.ctx, run)
		wantNotFound(t, "Read of run "+run, err)
		_, err = b.pipelines.Log(b.ctx, run, "")
		wantNotFound(t, "Log of run "+run, err)
		_, err = b.pipelines.Report(b.ctx, run)
		wantNotFound(t, "Report of run "+run, err)
		wantNotFound(t, "Cancel of run "+run, b.pipelines.Cancel(b.ctx, run))
	}
}

// A run is mirrored as the tree that it is, in the order in which people read it, with how far each part is.
func readMirrorsTheTree(t *testing.T, b *bench) {
	run := b.start(t, operation("hang"))
	seen := b.until(t, run, func(seen platform.RunObservation) bool {
		return slices.ContainsFunc(seen.Steps, func(s platform.Step) bool { return s.Name == "work" && s.Percent == 40 })
	})
	running, succeeded, notYet := platform.StepStatus(platform.Running), platform.StepStatus(platform.Succeeded), platform.StepStatus(platform.NotStarted)
	want := []node{{platform.KindStage, "", running, 0}, {platform.KindJob, "stage", running, 0}, {platform.KindTask, "job", succeeded, 100},
		{platform.KindTask, "job", running, 40}, {platform.KindTask, "job", notYet, 0}, {platform.KindTask, "job", notYet, 0}}
	if diff := cmp.Diff(want, treeOf(seen)); diff != "" {
		t.Errorf("while it runs (-want +got):\n%s", diff)
	}
	ids := map[string]bool{}
	for _, s := range seen.Steps {
		if s.ID == "" || ids[s.ID] || s.Attempt != 1 || !strings.HasPrefix(s.URL, seen.Run.URL) || s.URL == seen.Run.URL {
			t.Errorf("step %+v: want an id of its own, the first attempt, and a place on the page %s", s, seen.Run.URL)
		}
		if s.Name == "work" && s.Detail != "two of five" {
			t.Errorf("step work says %q, want what it said of its progress", s.Detail)
		}
		ids[s.ID] = true
	}
	if err := b.pipelines.Cancel(b.ctx, run.ID); err != nil {
		t.Fatalf("Cancel: %v", err)
	}
	if after := b.untilEnded(t, run); len(after.Steps) != len(seen.Steps) || after.Steps[1].Status != platform.StepStatus(platform.Canceled) {
		t.Errorf("after the end: %+v, want the same steps, the job canceled", after.Steps)
	}
}

// node is a step as a part of its tree.
type node struct {
	Kind    platform.StepKind
	Of      string // kind of its parent
	Status  platform.StepStatus
	Percent int
}

func treeOf(seen platform.RunObservation) []node {
	kinds := map[string]platform.StepKind{}
	var nodes []node
	for _, s := range seen.Steps {
		kinds[s.ID] = s.Kind
		nodes = append(nodes, node{s.Kind, string(kinds[s.Parent]), s.Status, s.Percent})
	}
	return nodes
}

// step is what the suite compares of a task.
type step struct {
	Name   string
	Status platform.StepStatus
}

func stepsOf(seen platform.RunObservation) []step {
	var steps []step
	for _, s := range seen.Steps {
		if s.Kind == platform.KindTask {
			steps = append(steps, step{s.Name, s.Status})
		}
	}
	return steps
}
