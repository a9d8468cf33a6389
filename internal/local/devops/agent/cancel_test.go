package agent_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
)

// cancelAt cancels the run when a line appears in a log.
func (e *execution) cancelAt(text string) {
	e.rec.onLine = func(line string) {
		if strings.HasSuffix(line, text) {
			e.cancel()
		}
	}
}

func TestCancel_alwaysStepsRun(t *testing.T) {
	e := prepare(t, `
stages:
- stage: a
  jobs:
  - job: a
    steps:
    - checkout: none
    - {bash: "echo ready; sleep 60", displayName: long}
    - {bash: echo, displayName: next}
    - {bash: echo, displayName: either, condition: succeededOrFailed()}
    - {bash: 'echo "status $AGENT_JOBSTATUS"', displayName: report, condition: always()}
    - {bash: echo, displayName: onCancel, condition: canceled()}
- {stage: b, jobs: [{job: b, steps: [{bash: echo}]}]}
- {stage: c, condition: always(), jobs: [{job: c, condition: always(), steps: [{checkout: none}, {bash: echo, displayName: clean, condition: always()}]}]}
`, nil)
	e.cancelAt("ready")
	if result := e.run(t); result != agent.Canceled {
		t.Errorf("result %s", result)
	}
	want := []string{"long=canceled", "next=skipped", "either=skipped", "report=succeeded", "onCancel=succeeded", "clean=succeeded"}
	if diff := cmp.Diff(want, e.rec.results(agent.TypeTask)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if b := e.rec.named(t, "b"); b.Result != agent.Skipped {
		t.Errorf("stage b: %s", b.Result)
	}
	if log := e.rec.text(t, "report"); !strings.Contains(log, "status Canceled") {
		t.Errorf("log\n%s", log)
	}
	if long := e.rec.named(t, "long"); len(long.Issues) != 1 || long.Issues[0].Message != "The operation was canceled." {
		t.Errorf("issues %+v", long.Issues)
	}
}

func TestCancel_runningAlwaysStepIsLeftAlone(t *testing.T) {
	// The step lasts longer than it takes to see the line, cancel, and go through all three signals.
	e := prepare(t, steps(`
- {bash: "trap 'echo got INT' INT; echo ready; sleep 1.5; echo finished", displayName: careful, condition: always()}
- {bash: echo, displayName: next}
`), nil)
	e.cancelAt("ready")
	if result := e.run(t); result != agent.Canceled {
		t.Errorf("result %s", result)
	}
	if got := e.rec.results(agent.TypeTask); !slices.Equal(got, []string{"careful=succeeded", "next=skipped"}) {
		t.Errorf("steps %v", got)
	}
	if got := e.output(t, "careful"); got != "ready\nfinished\n" {
		t.Errorf("output %q", got)
	}
}

// TestCancel_signals wants the order SIGINT, SIGTERM, SIGKILL, with the children.
func TestCancel_signals(t *testing.T) {
	e := prepare(t, steps(`
- bash: |
    trap 'echo got INT' INT
    trap 'echo got TERM' TERM
    sleep 60 & sleep 61 &
    echo ready
    while true; do wait; done
  displayName: stubborn
`), nil)
	e.cancelAt("ready")
	start := time.Now()
	if result := e.run(t); result != agent.Canceled {
		t.Errorf("result %s", result)
	}
	log := e.rec.text(t, "stubborn")
	if i, j := strings.Index(log, "got INT"), strings.Index(log, "got TERM"); i < 0 || j < i {
		t.Errorf("log\n%s", log)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("stopping took %s: a child kept the pipe open", took)
	}
}

func TestStepLeavesNoProcesses(t *testing.T) {
	e := prepare(t, steps("- bash: sleep 60 & echo started\n"), nil)
	start := time.Now()
	if result := e.run(t); result != agent.Succeeded {
		t.Errorf("result %s", result)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("the step took %s: it waited for a child in the background", took)
	}
}

func TestTimeout_step(t *testing.T) {
	e := prepare(t, steps("- {bash: sleep 60, displayName: slow, timeoutInMinutes: 1}\n- {bash: echo, displayName: report, condition: failed()}\n"), nil)
	e.cfg.Minute = 200 * time.Millisecond
	if result := e.run(t); result != agent.Failed {
		t.Errorf("result %s", result)
	}
	if slow := e.rec.named(t, "slow"); slow.Result != agent.Failed || slow.Issues[0].Message != "The task has timed out." {
		t.Errorf("slow: %s %+v", slow.Result, slow.Issues)
	}
	if report := e.rec.named(t, "report"); report.Result != agent.Succeeded {
		t.Errorf("report: %s", report.Result)
	}
}

func TestTimeout_job(t *testing.T) {
	e := prepare(t, `
jobs:
- job: slow
  timeoutInMinutes: 3
  cancelTimeoutInMinutes: 2
  steps:
  - checkout: none
  - {bash: sleep 60, displayName: works}
  - {bash: sleep 60, displayName: report, condition: always()}
  - {bash: echo, displayName: never, condition: always()}
`, nil)
	e.cfg.Minute = 100 * time.Millisecond
	if result := e.run(t); result != agent.Canceled {
		t.Errorf("result %s", result)
	}
	want := []string{"works=canceled", "report=canceled", "never=canceled"}
	if diff := cmp.Diff(want, e.rec.results(agent.TypeTask)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	job := e.rec.named(t, "__default.slow.__default")
	if len(job.Issues) != 1 || !strings.HasPrefix(job.Issues[0].Message, "The job running on agent tester ran longer than the maximum time of 3 minutes.") {
		t.Errorf("issues %+v", job.Issues)
	}
}
