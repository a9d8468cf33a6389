package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/httpapi"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/requests"
)

// What one connection can cost is limited, and what is not there says so as the API does, wherever it is not.
func TestServer(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	service := &platform.Service{NewID: ids()}
	api := httpapi.New(httpapi.Config{Service: service, PublicURL: "https://lazuli.example", Now: time.Now, Log: log})
	web := httptest.NewUnstartedServer(nil)
	web.Config = newServer(routes(api, service, requests.New(requests.Config{API: api, Log: log}), log))
	web.Start()
	t.Cleanup(web.Close)
	if web.Config.ReadTimeout < 100*time.Second || web.Config.WriteTimeout < 100*time.Second {
		t.Error("an invocation of a trigger may take 100 seconds")
	}
	for name, test := range map[string]struct {
		path   string
		header int
		status int
	}{
		"ready":              {"/", 0, 200},
		"no such address":    {"/other", 0, 404},
		"a trigger by GET":   {"/sweep", 0, 404},
		"headers of two JWT": {"/v1/nothing", 30 << 10, 404},
		"larger headers":     {"/v1/nothing", 64 << 10, 431},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, web.URL+test.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Idp-User-Assertion", strings.Repeat("x", test.header))
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != test.status {
				t.Errorf("got %s, want %d", response.Status, test.status)
			}
			if response.StatusCode == http.StatusNotFound && (response.Header.Get("X-Ms-Error-Code") != "NotFound" || response.Header.Get("Content-Security-Policy") == "") {
				t.Errorf("not the API's answer: %v", response.Header)
			}
		})
	}
}
