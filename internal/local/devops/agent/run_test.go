package agent_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
)

func TestRun_records(t *testing.T) {
	e := prepare(t, `
steps:
- checkout: self
- bash: |
    cat file.txt
    echo "##vso[task.setprogress value=40;]half"
    echo "##vso[task.setprogress value=20;]less"
  name: read
  displayName: Read the file
`, map[string]string{"file.txt": "hello from the sources\n"})
	if result := e.run(t); result != agent.Succeeded {
		t.Errorf("result %s", result)
	}
	var got []string
	for _, id := range e.rec.order {
		r := e.rec.records[id]
		got = append(got, strings.Join([]string{r.Type, r.Identifier, r.Name, r.RefName, string(r.Result)}, "|"))
	}
	want := []string{
		"Stage|__default|__default||succeeded",
		"Phase|__default.Job|Job||succeeded",
		"Job|__default.Job.__default|Job||succeeded",
		"Task||Initialize job|JobExtension_Init|succeeded",
		"Task||Checkout platform@main to s||succeeded",
		"Task||Read the file|read|succeeded",
		"Task||Finalize Job|JobExtension_Final|succeeded",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	read := e.rec.named(t, "Read the file")
	if read.Order != 3 || read.ParentID != e.rec.named(t, "__default.Job.__default").ID || *read.PercentComplete != 100 ||
		read.CurrentOperation != "less" || read.Start == nil || read.Finish == nil || read.Task.Name != "Bash" {
		t.Errorf("the step's record is %+v", read)
	}
	if job := e.rec.named(t, "__default.Job.__default"); job.WorkerName != "tester" || !strings.Contains(e.rec.text(t, job.Identifier), "hello from the sources") {
		t.Error("the job's log does not have the output of its steps, or the job has no worker")
	}
	if log := e.rec.text(t, "Read the file"); !strings.HasPrefix(log, "##[section]Starting: Read the file\n") ||
		!strings.HasSuffix(log, "hello from the sources\n##[section]Finishing: Read the file\n") {
		t.Errorf("the log is\n%s", log)
	}
}

func TestRun_idsAreTheSameEveryTime(t *testing.T) {
	first, second := prepare(t, steps("- bash: echo\n"), nil), prepare(t, steps("- bash: echo\n"), nil)
	first.run(t)
	second.run(t)
	if diff := cmp.Diff(first.rec.order, second.rec.order); diff != "" {
		t.Errorf("ids (-first +second):\n%s", diff)
	}
}

func TestRun_failedStep(t *testing.T) {
	e := prepare(t, steps(`
- {bash: "exit 3", displayName: breaks}
- {bash: echo, displayName: after}
- {bash: echo, displayName: always, condition: always()}
- {bash: 'echo "status=$AGENT_JOBSTATUS"', displayName: failed, condition: failed()}
- {bash: echo, displayName: either, condition: succeededOrFailed()}
- {bash: echo, displayName: canceled, condition: canceled()}
`), nil)
	if result := e.run(t); result != agent.Failed {
		t.Errorf("result %s", result)
	}
	want := []string{"breaks=failed", "after=skipped", "always=succeeded", "failed=succeeded", "either=succeeded", "canceled=skipped"}
	if diff := cmp.Diff(want, e.rec.results(agent.TypeTask)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	broken := e.rec.named(t, "breaks")
	if broken.ErrorCount != 1 || broken.Issues[0].Message != "Bash exited with code '3'." || broken.Issues[0].Type != "error" {
		t.Errorf("issues %+v", broken.Issues)
	}
	if log := e.rec.text(t, "breaks"); !strings.Contains(log, "##[error]Bash exited with code '3'.") {
		t.Errorf("log\n%s", log)
	}
	skipped := "Skipping step due to condition evaluation.\nEvaluating: succeeded()\nExpanded: False\nResult: False\n"
	if log := e.rec.text(t, "after"); !strings.Contains(log, skipped) {
		t.Errorf("log\n%s", log)
	}
	if log := e.rec.text(t, "failed"); !strings.Contains(log, "status=Failed") {
		t.Errorf("log\n%s", log)
	}
}

func TestRun_continueOnErrorAndRetries(t *testing.T) {
	e := prepare(t, `
jobs:
- job: a
  steps:
  - checkout: none
  - {bash: "exit 1", displayName: tolerated, continueOnError: true}
  - {bash: echo, displayName: after}
  - bash: |
      echo x >> "$AGENT_TEMPDIRECTORY/count"
      [ "$(wc -l < "$AGENT_TEMPDIRECTORY/count")" -ge 3 ]
    displayName: retried
    retryCountOnTaskFailure: 2
- job: b
  continueOnError: $[ eq(variables['Build.Reason'], 'Manual') ]
  steps: [{checkout: none}, {bash: "exit 1", displayName: broken}]
`, nil)
	if result := e.run(t); result != agent.SucceededWithIssues {
		t.Errorf("result %s", result)
	}
	for name, want := range map[string]agent.Result{
		"tolerated": agent.SucceededWithIssues, "after": agent.Succeeded, "retried": agent.Succeeded, "broken": agent.Failed,
		"__default.b.__default": agent.Failed, "__default.b": agent.SucceededWithIssues, "__default": agent.SucceededWithIssues,
	} {
		if got := e.rec.named(t, name).Result; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if r := e.rec.named(t, "retried"); r.WarningCount != 2 {
		t.Errorf("retried has %d warnings, want 2", r.WarningCount)
	}
}

func TestRun_graph(t *testing.T) {
	e := prepare(t, `
stages:
- stage: one
  jobs:
  - job: make
    steps:
    - checkout: none
    - {bash: 'echo "##vso[task.setvariable variable=v;isOutput=true]42"', name: s}
  - job: use
    dependsOn: make
    variables: {got: "$[ dependencies.make.outputs['s.v'] ]"}
    steps: [{checkout: none}, {bash: "[ $(got) = 42 ]", displayName: use}]
- stage: two
  condition: eq(dependencies.one.outputs['make.s.v'], '42')
  jobs:
  - job: later
    condition: eq(stageDependencies.one.make.outputs['s.v'], '42')
    variables: {got: "$[ stageDependencies.one.make.outputs['s.v'] ]"}
    steps: [{checkout: none}, {bash: "[ $(got) = 42 ] && exit 1", displayName: fails}]
  - {job: skipped, dependsOn: later, steps: [{bash: echo}]}
  - {job: onFailure, dependsOn: skipped, condition: failed(), steps: [{checkout: none}, {bash: echo}]}
- stage: notReached
  jobs: [{job: a, steps: [{bash: echo}]}]
- stage: afterFailure
  dependsOn: two
  condition: failed()
  jobs: [{job: a, steps: [{checkout: none}, {bash: echo}]}]
- stage: independent
  dependsOn: []
  jobs:
  - {job: wrong, condition: "lt(1, 'x')", steps: [{bash: echo}]}
`, nil)
	if result := e.run(t); result != agent.Failed {
		t.Errorf("result %s", result)
	}
	for name, want := range map[string]agent.Result{
		"one": agent.Succeeded, "one.use": agent.Succeeded, "use": agent.Succeeded,
		"two": agent.Failed, "two.later": agent.Failed, "two.skipped": agent.Skipped, "two.onFailure": agent.Succeeded,
		"notReached": agent.Skipped, "notReached.a.__default": agent.Skipped, "afterFailure": agent.Succeeded,
		"independent.wrong": agent.Abandoned,
	} {
		got := e.rec.named(t, name)
		if got.Result != want {
			t.Errorf("%s: %s, want %s", name, got.Result, want)
		}
		if want == agent.Skipped && (got.Start != nil || got.Finish != nil) {
			t.Errorf("%s was never started and has times", name)
		}
	}
}

func TestRun_jobsRunInParallel(t *testing.T) {
	// Each job waits for the other's file: one after the other, neither can end well.
	meet := func(mine, other string) string {
		return "- job: " + mine + "\n  steps:\n  - checkout: none\n  - bash: touch $(dir)/" + mine +
			"; for i in $(seq 250); do [ -e $(dir)/" + other + " ] && exit 0; sleep 0.02; done; exit 1\n"
	}
	e := prepare(t, "jobs:\n"+meet("a", "b")+meet("b", "a"), nil)
	e.in.Predefined["dir"] = t.TempDir()
	if got := e.run(t); got != agent.Succeeded {
		t.Errorf("result %s", got)
	}
}

func TestRun_oneJobAtATime(t *testing.T) {
	// mkdir is the lock: it fails for the second job if the first is still there.
	job := func(name string) string {
		return "- job: " + name + "\n  steps:\n  - checkout: none\n  - bash: mkdir $(dir)/lock && sleep 0.2 && rmdir $(dir)/lock\n"
	}
	e := prepare(t, "jobs:\n"+job("a")+job("b")+job("c"), nil)
	e.cfg.Parallel = 1
	e.in.Predefined["dir"] = t.TempDir()
	if got := e.run(t); got != agent.Succeeded {
		t.Errorf("result %s", got)
	}
}

func TestRun_deployment(t *testing.T) {
	e := prepare(t, `
jobs:
- deployment: ship
  environment: dev
  strategy:
    runOnce:
      preDeploy: {steps: [{bash: "echo $(Environment.Name) > mark", displayName: before}]}
      deploy:
        steps:
        - {bash: '[ ! -e mark ] && echo "##vso[task.setvariable variable=v;isOutput=true]1"', name: n, displayName: deploy}
      routeTraffic: {steps: [{bash: exit 1, displayName: route}]}
      postRouteTraffic: {steps: [{bash: echo, displayName: after}]}
      on:
        failure: {steps: [{bash: echo, displayName: on failure}]}
        success: {steps: [{bash: echo, displayName: on success}]}
- job: reader
  dependsOn: ship
  condition: failed()
  variables: {v: "$[ dependencies.ship.outputs['ship.n.v'] ]"}
  steps: [{checkout: none}, {bash: "[ $(v) = 1 ]", displayName: read}]
`, nil)
	if result := e.run(t); result != agent.Failed {
		t.Errorf("result %s", result)
	}
	want := []string{"before=succeeded", "Download Artifacts=succeeded", "deploy=succeeded", "route=failed", "on failure=succeeded", "read=succeeded"}
	if diff := cmp.Diff(want, e.rec.results(agent.TypeTask)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if r := e.rec.named(t, "__default.ship.postRouteTraffic"); r.Result != agent.Skipped {
		t.Errorf("postRouteTraffic: %s", r.Result)
	}
}

func TestRun_recorderFails(t *testing.T) {
	e := prepare(t, steps("- bash: sleep 60\n"), nil)
	e.rec.onLine = func(line string) {
		if strings.Contains(line, "[command]") {
			e.rec.failure = errRecorder
		}
	}
	outcome, err := agent.Run(t.Context(), e.cfg, e.in, e.rec)
	if !errors.Is(err, errRecorder) || outcome.Result != agent.Failed {
		t.Errorf("got %v, %v", outcome, err)
	}
}

func TestRun_hostStops(t *testing.T) {
	e := prepare(t, steps("- {bash: sleep 60, displayName: long}\n- {bash: echo, displayName: report, condition: always()}\n"), nil)
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	reason := errors.New("the platform stops")
	e.rec.onLine = func(line string) {
		if strings.Contains(line, "[command]") {
			stop(reason)
		}
	}
	outcome, err := agent.Run(ctx, e.cfg, e.in, e.rec)
	if !errors.Is(err, reason) || outcome.Result != agent.Failed {
		t.Errorf("got %v, %v", outcome, err)
	}
	e.checkEnd(t)
	if got := e.rec.results(agent.TypeTask); !slices.Equal(got, []string{"long=canceled", "report=canceled"}) {
		t.Errorf("steps %v", got)
	}
}

func TestInterrupted(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	records := []agent.Record{
		{ID: "1", Type: agent.TypeStage, State: agent.InProgress}, {ID: "2", Type: agent.TypeJob, State: agent.InProgress, Start: &at},
		{ID: "3", Type: agent.TypeTask, State: agent.Completed, Result: agent.Succeeded}, {ID: "4", Type: agent.TypeTask, State: agent.Pending},
	}
	got := agent.Interrupted(records, at, "the platform was stopped")
	want := []agent.Record{
		{ID: "1", Type: agent.TypeStage, State: agent.Completed, Result: agent.Failed, Finish: &at},
		{ID: "2", Type: agent.TypeJob, State: agent.Completed, Result: agent.Failed, Start: &at, Finish: &at, ErrorCount: 1,
			Issues: []agent.Issue{{Type: "error", Category: "General", Message: "the platform was stopped"}}},
		{ID: "4", Type: agent.TypeTask, State: agent.Completed, Result: agent.Skipped},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changed records (-want +got):\n%s", diff)
	}
}
