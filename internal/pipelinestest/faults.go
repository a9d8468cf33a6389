package pipelinestest

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	throttled = `{"$id":"1","innerException":null,"message":"TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource.","typeKey":"RequestBlockedException","errorCode":0,"eventId":3000}`
	proxyPage = "<html><body><h1>502 Bad Gateway</h1></body></html>"
)

func refusedToken(t *testing.T, b *bench) {
	stranger := b.service.Open(t, b.proxy.organization(b.service.OrganizationURL), "not-the-token")
	op := operation("good")
	_, err := stranger.Start(b.ctx, op)
	wantRefused(t, "Start", err)
	_, _, err = stranger.Find(b.ctx, op)
	wantRefused(t, "Find", err)
	_, err = stranger.Read(b.ctx, "1")
	wantRefused(t, "Read", err)
	if _, ok, err := b.pipelines.Find(b.ctx, op); ok || err != nil {
		t.Errorf("Find after a refusal = %v, %v, want nothing", ok, err)
	}
}

func signInPage(t *testing.T, b *bench) {
	b.proxy.inject(fault{http.MethodPost, "/runs", 1, status(http.StatusNonAuthoritativeInfo, "<html>Sign in</html>", "Content-Type: text/html")})
	_, err := b.pipelines.Start(b.ctx, operation("good"))
	wantRefused(t, "Start that meets the sign-in page (203)", err)
	wantLater(t, "Start that meets the sign-in page (203)", err, 0, 0)
	b.proxy.inject(fault{http.MethodPost, "/runs", 1, status(http.StatusFound, "", "Location: https://spsprod.vssps.visualstudio.com/_signin?realm=dev.azure.com")})
	_, err = b.pipelines.Start(b.ctx, operation("good"))
	wantRefused(t, "Start that is redirected to the sign-in page", err)
}

func serviceDown(t *testing.T, b *bench) {
	b.proxy.server.Close()
	_, err := b.pipelines.Start(b.ctx, operation("good"))
	wantUnknown(t, "Start", err)
	_, _, err = b.pipelines.Find(b.ctx, operation("good"))
	wantUnknown(t, "Find", err)
	_, err = b.pipelines.Read(b.ctx, "1")
	wantUnknown(t, "Read", err)
	wantUnknown(t, "Cancel", b.pipelines.Cancel(b.ctx, "1"))
}

func answerDropped(t *testing.T, b *bench) {
	b.proxy.inject(fault{http.MethodPost, "/runs", 1, dropAnswer})
	op := operation("good")
	_, err := b.pipelines.Start(b.ctx, op)
	wantUnknown(t, "Start whose answer is lost", err)
	if n := b.proxy.count(http.MethodPost, "/runs"); n != 1 {
		t.Errorf("Start sent %d requests, want 1: a run must never be asked for twice", n)
	}
	run, ok, err := b.pipelines.Find(b.ctx, op)
	if err != nil || !ok {
		t.Fatalf("Find = %v, %v, want the run whose start was not answered", ok, err)
	}
	if seen := b.untilEnded(t, run); seen.State != platform.RunSucceeded {
		t.Errorf("state = %s, want %s", seen.State, platform.RunSucceeded)
	}
}

func startThrottled(t *testing.T, b *bench) {
	b.proxy.inject(fault{http.MethodPost, "/runs", 1, status(http.StatusTooManyRequests, throttled, "Content-Type: application/json", "Retry-After: 1")})
	_, err := b.pipelines.Start(b.ctx, operation("good"))
	wantRefused(t, "Start that is throttled", err)
	wantLater(t, "Start that is throttled", err, time.Second, time.Second)
	if n := b.proxy.count(http.MethodPost, "/runs"); n != 1 {
		t.Errorf("Start sent %d requests, want 1", n)
	}
}

func readThrottled(t *testing.T, b *bench) {
	run := b.start(t, operation("good"))
	b.proxy.inject(fault{http.MethodGet, "/build/builds/" + run.ID, 1, status(http.StatusTooManyRequests, throttled, "Content-Type: application/json", "Retry-After: 1")})
	before := time.Now()
	if _, err := b.pipelines.Read(b.ctx, run.ID); err != nil {
		t.Errorf("Read that is throttled once: %v", err)
	}
	if waited := time.Since(before); waited < time.Second {
		t.Errorf("Read came back after %s, want the second that Retry-After asks for", waited)
	}
}

func startMeetsProxyPage(t *testing.T, b *bench) {
	for i, code := range []int{http.StatusBadGateway, http.StatusNotFound, http.StatusBadRequest} {
		b.proxy.inject(fault{http.MethodPost, "/runs", 1, status(code, proxyPage, "Content-Type: text/html")})
		_, err := b.pipelines.Start(b.ctx, operation("good"))
		wantUnknown(t, "Start that meets a proxy's page", err)
		if n := b.proxy.count(http.MethodPost, "/runs"); n != i+1 {
			t.Errorf("Start sent %d requests, want 1", n-i)
		}
	}
}

// While the service wants to be left alone, nothing is sent to it: it would count that as well.
func wantsToBeLeftAlone(t *testing.T, b *bench) {
	run := b.start(t, operation("good"))
	for _, header := range []string{"Retry-After: 40", "Retry-After: " + time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)} {
		pipelines := b.service.Open(t, b.proxy.organization(b.service.OrganizationURL), b.service.Token)
		b.proxy.inject(fault{http.MethodGet, "/build/builds/" + run.ID, 1, status(http.StatusServiceUnavailable, proxyPage, "Content-Type: text/html", header)})
		_, err := pipelines.Read(b.ctx, run.ID)
		wantLater(t, "Read of a service with "+header, err, 39*time.Second, time.Minute)
		reads, posts := b.proxy.count(http.MethodGet, "/build/builds/"+run.ID), b.proxy.count(http.MethodPost, "/runs")
		_, err = pipelines.Read(b.ctx, run.ID)
		wantLater(t, "another Read soon after", err, 30*time.Second, time.Minute)
		_, err = pipelines.Start(b.ctx, operation("good"))
		wantRefused(t, "Start soon after", err)
		wantLater(t, "Start soon after", err, 30*time.Second, time.Minute)
		if b.proxy.count(http.MethodGet, "/build/builds/"+run.ID) != reads || b.proxy.count(http.MethodPost, "/runs") != posts {
			t.Errorf("%s: the service was asked all the same", header)
		}
	}
}

// A permission that is missing may be given while the operation waits.
func startForbidden(t *testing.T, b *bench) {
	b.proxy.inject(fault{http.MethodPost, "/runs", 1, status(http.StatusForbidden, `{"$id":"1","message":"TF215106: Access denied.","typeKey":"AccessDeniedException"}`, "Content-Type: application/json")})
	_, err := b.pipelines.Start(b.ctx, operation("good"))
	wantRefused(t, "Start without permission", err)
	wantLater(t, "Start without permission", err, 0, 0)
}

// What is wrong with the request itself does not pass.
func startInvalid(t *testing.T, b *bench) {
	b.proxy.inject(fault{http.MethodPost, "/runs", 1, status(http.StatusBadRequest, `{"$id":"1","message":"/deploy.yml: Unexpected value.","typeKey":"PipelineValidationException"}`, "Content-Type: application/json")})
	_, err := b.pipelines.Start(b.ctx, operation("good"))
	wantRefused(t, "Start of a pipeline that is not valid", err)
	var later platform.Later
	if errors.As(err, &later) {
		t.Errorf("Start of a pipeline that is not valid = %v, want one that does not pass", err)
	}
}

func readMeetsProxyPage(t *testing.T, b *bench) {
	run := b.start(t, operation("good"))
	b.proxy.inject(fault{http.MethodGet, "/build/builds/" + run.ID, 2, status(http.StatusBadGateway, proxyPage, "Content-Type: text/html")})
	if _, err := b.pipelines.Read(b.ctx, run.ID); err != nil {
		t.Errorf("Read that meets a proxy's page twice: %v", err)
	}
	// A proxy's 404 says nothing about the run: it must not be taken for lost.
	b.proxy.inject(fault{http.MethodGet, "/build/builds/" + run.ID, 1, status(http.StatusNotFound, "<html>no such site</html>", "Content-Type: text/html")})
	if _, err := b.pipelines.Read(b.ctx, run.ID); platform.CodeOf(err) != platform.PipelineUnavailable {
		t.Errorf("Read that meets a proxy's 404 = %v, want PipelineUnavailable", err)
	}
}

func serviceHangs(t *testing.T, b *bench) {
	run := b.start(t, operation("good"))
	b.proxy.inject(fault{http.MethodGet, "/build/builds/" + run.ID, 1, hang})
	b.proxy.inject(fault{http.MethodPost, "/runs", 1, hang})
	short, cancel := context.WithTimeout(b.ctx, 200*time.Millisecond)
	defer cancel()
	_, err := b.pipelines.Read(short, run.ID)
	wantUnknown(t, "Read of a service that hangs", err)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Read = %v, want the end of the caller's time", err)
	}
	short, cancel = context.WithTimeout(b.ctx, 200*time.Millisecond)
	defer cancel()
	_, err = b.pipelines.Start(short, operation("good"))
	wantUnknown(t, "Start of a service that hangs", err)
}

func unknownPipelineAs500(t *testing.T, b *bench) {
	b.proxy.inject(fault{http.MethodPost, "/runs", 1, status(http.StatusInternalServerError, `{"$id":"1","message":"The pipeline '9' does not exist","typeKey":"PipelineNotFoundException"}`, "Content-Type: application/json")})
	_, err := b.pipelines.Start(b.ctx, operation("good"))
	wantRefused(t, "Start of an unknown pipeline, answered with 500", err)
}
