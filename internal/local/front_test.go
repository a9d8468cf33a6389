package local_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local"
)

func TestFront_routes(t *testing.T) {
	part := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s got %s", name, r.URL.EscapedPath()) })
	}
	front := local.NewFront("http://localhost:7071", t.TempDir(), map[string]http.Handler{"v1": part("host"), "vault": part("vault")})
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/v1/me":              {200, "host got /v1/me"},
		"/v1":                 {200, "host got /v1"},
		"/v1//me/../x":        {200, "host got /v1//me/../x"}, // as it came: cleaning is the part's matter
		"/v1/projects/a%2Fb":  {200, "host got /v1/projects/a%2Fb"},
		"/vault/x":            {200, "vault got /vault/x"},
		"/v10":                {404, ""},
		"/v1%2Fme":            {404, ""},
		"/nothing":            {404, ""},
		"/":                   {200, "http://localhost:7071"},
		"/operations/01K9":    {200, "01K9"},
		"/operations/%3Cb%3E": {200, "&lt;b&gt;"},
	} {
		answer := httptest.NewRecorder()
		front.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		if answer.Code != want.status || !strings.Contains(answer.Body.String(), want.says) {
			t.Errorf("GET %s: %d %q, want %d with %q", path, answer.Code, answer.Body, want.status, want.says)
		}
	}
}
