package pipelinestest

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Pipeline is the YAML of the definition that the service must have and that the adapter must drive.
//
//go:embed pipeline.yml
var Pipeline string

// Service is what the suite is run on.
type Service struct {
	OrganizationURL string
	Token           string
	// Open makes an adapter for the service at organizationURL, which is the suite's own proxy, signed in by token.
	Open func(t testing.TB, organizationURL, token string) platform.Pipelines
}

// patience bounds every wait of the suite for a run.
const patience = 60 * time.Second

// Run runs the whole suite.
func Run(t *testing.T, s Service) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *bench)
	}{
		{"Start_isFoundAndSucceeds", startIsFoundAndSucceeds},
		{"Start_twiceFindsTheNewest", startTwiceFindsTheNewest},
		{"Start_refusedByThePipeline", startRefusedByThePipeline},
		{"Find_unknownOperation", findUnknownOperation},
		{"Read_mirrorsTheTree", readMirrorsTheTree},
		{"Read_failureIsExplained", readFailureIsExplained},
		{"Read_exitCodeIsExplainedFromLog", readExitCodeIsExplainedFromLog},
		{"Log_byPages", logByPages},
		{"Log_whileRunning", logWhileRunning},
		{"Log_beyondItsEnd", logBeyondItsEnd},
		{"Log_notWrittenYet", logNotWrittenYet},
		{"Report_published", reportPublished},
		{"Report_noneOfAFailedRun", reportNoneOfAFailedRun},
		{"Cancel_running", cancelRunning},
		{"Cancel_ended", cancelEnded},
		{"UnknownRun", unknownRun},
		{"Fault_refusedToken", refusedToken},
		{"Fault_signInPage", signInPage},
		{"Fault_serviceDown", serviceDown},
		{"Fault_answerDropped", answerDropped},
		{"Fault_startThrottled", startThrottled},
		{"Fault_readThrottled", readThrottled},
		{"Fault_startMeetsProxyPage", startMeetsProxyPage},
		{"Fault_readMeetsProxyPage", readMeetsProxyPage},
		{"Fault_serviceHangs", serviceHangs},
		{"Fault_wantsToBeLeftAlone", wantsToBeLeftAlone},
		{"Fault_startForbidden", startForbidden},
		{"Fault_startInvalid", startInvalid},
		{"Fault_unknownPipelineAs500", unknownPipelineAs500},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			p := newProxy(t, s.OrganizationURL)
			c.run(t, &bench{ctx: ctx, service: s, proxy: p, pipelines: s.Open(t, p.organization(s.OrganizationURL), s.Token)})
		})
	}
}

// bench is what one case works with: an adapter and the proxy that it speaks through.
type bench struct {
	ctx       context.Context
	service   Service
	proxy     *proxy
	pipelines platform.Pipelines
}

// operation makes an id that no run has. what says how its run goes; see pipeline.yml.
func operation(what string) string { return "suite-" + what + "-" + rand.Text() }

// start starts a run that must be accepted.
func (b *bench) start(t *testing.T, op string) platform.RunRef {
	t.Helper()
	run, err := b.pipelines.Start(b.ctx, op)
	if err != nil {
		t.Fatalf("Start(%s): %v", op, err)
	}
	if run.ID == "" || run.URL == "" {
		t.Fatalf("Start(%s) = %+v, want an id and an address", op, run)
	}
	return run
}

// until reads a run until it is as wanted.
func (b *bench) until(t *testing.T, run platform.RunRef, wanted func(platform.RunObservation) bool) platform.RunObservation {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		seen, err := b.pipelines.Read(b.ctx, run.ID)
		if err != nil {
			t.Fatalf("Read(%s): %v", run.ID, err)
		}
		if wanted(seen) {
			return seen
		}
		select {
		case <-tick.C:
		case <-b.ctx.Done():
			t.Fatalf("run %s is not as wanted after %s: %+v", run.ID, patience, seen)
		}
	}
}

func (b *bench) untilEnded(t *testing.T, run platform.RunRef) platform.RunObservation {
	t.Helper()
	return b.until(t, run, func(seen platform.RunObservation) bool { return seen.State.Ended() })
}

func ended(seen platform.RunObservation) bool { return seen.State.Ended() }

// working says that the step which hangs has begun.
func working(seen platform.RunObservation) bool {
	for _, s := range seen.Steps {
		if s.Name == "work" && s.Status == platform.StepStatus(platform.Running) {
			return true
		}
	}
	return false
}

// allLines reads a log page by page to its end.
func (b *bench) allLines(t *testing.T, run platform.RunRef) []platform.LogLine {
	t.Helper()
	var lines []platform.LogLine
	cursor := ""
	for range 100 {
		page, err := b.pipelines.Log(b.ctx, run.ID, cursor)
		if err != nil {
			t.Fatalf("Log(%s, %q): %v", run.ID, cursor, err)
		}
		lines = append(lines, page.Lines...)
		if page.Complete {
			return lines
		}
		cursor = page.Next
	}
	t.Fatalf("log of run %s has no end", run.ID)
	return nil
}

// wantRefused checks that the service is known to have done nothing.
func wantRefused(t *testing.T, what string, err error) {
	t.Helper()
	if platform.CodeOf(err) != platform.PipelineUnavailable || !errors.Is(err, platform.ErrRefused) {
		t.Errorf("%s = %v, want PipelineUnavailable that wraps ErrRefused", what, err)
	}
}

// wantLater checks that the reason passes, and how long the service wants to be left alone.
func wantLater(t *testing.T, what string, err error, least, most time.Duration) {
	t.Helper()
	var later platform.Later
	if !errors.As(err, &later) || later.After < least || later.After > most {
		t.Errorf("%s = %v with %+v, want one that passes, after %s to %s", what, err, later, least, most)
	}
}

// wantUnknown checks that nothing is claimed to be known, but that it is worth another try.
func wantUnknown(t *testing.T, what string, err error) {
	t.Helper()
	wantLater(t, what, err, 0, 0)
	if platform.CodeOf(err) != platform.PipelineUnavailable || errors.Is(err, platform.ErrRefused) {
		t.Errorf("%s = %v, want PipelineUnavailable that does not wrap ErrRefused", what, err)
	}
}

func wantNotFound(t *testing.T, what string, err error) {
	t.Helper()
	if platform.CodeOf(err) != platform.NotFound {
		t.Errorf("%s = %v, want NotFound", what, err)
	}
}
