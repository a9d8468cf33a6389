package requests_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/requests"
)

const id = "01REQUEST00000000000000001"

// desk is an API that answers as it is told, and what was answered by event.
type desk struct {
	*requests.Requests
	status  int
	asked   []string
	answers []platform.RequestAnswer
	deaf    error // of the answer
	log     strings.Builder
}

func newDesk(status int) *desk {
	d := &desk{status: status}
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // of a buffer
		d.asked = append(d.asked, r.Method+" "+r.URL.EscapedPath()+" "+r.Header.Get("Authorization")+" "+r.Header.Get("Operation-Id")+" "+r.Header.Get("If-Match")+" "+string(body))
		w.Header().Set("Operation-Id", id)
		w.WriteHeader(d.status)
		_, _ = io.WriteString(w, `{"code":"NotFound"}`)
	})
	d.Requests = requests.New(requests.Config{API: api, Prefix: "/v1", Log: slog.New(slog.NewTextHandler(&d.log, nil)), Answer: func(_ context.Context, a platform.RequestAnswer) error {
		if d.deaf == nil {
			d.answers = append(d.answers, a)
		}
		return d.deaf
	}})
	return d
}

// Every command is an operation of the contract, under the address and method that it has there, and stands in apim/asyncapi.yaml.
func TestCommands(t *testing.T) {
	contract, err := openapi3.NewLoader().LoadFromFile(filepath.Join("..", "..", "apim", "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range requests.Commands() {
		item := contract.Paths.Find(c.Path)
		if item == nil || item.GetOperation(c.Method) == nil || item.GetOperation(c.Method).OperationID != c.Operation {
			t.Errorf("%s is not %s %s", c.Operation, c.Method, c.Path)
			continue
		}
		if body := item.GetOperation(c.Method).RequestBody; c.Body != (body != nil && body.Value.Required) {
			t.Errorf("%s has a body: %v", c.Operation, c.Body)
		}
	}
}

func TestAccept(t *testing.T) {
	d := newDesk(http.StatusAccepted)
	body := `{"specversion":"1.0","id":"` + id + `","type":"io.lazuli.request.putEnvironment.v1","traceparent":"x","data":{"project":"pay/ments","environment":"dev","ifMatch":"\"3\"","body":{"type": "dev"}}}`
	if err := d.Accept(t.Context(), []byte(body), "Bearer token"); err != nil {
		t.Fatal(err)
	}
	if want := `PUT /v1/projects/pay%2Fments/environments/dev Bearer token ` + id + ` "3" {"type": "dev"}`; len(d.asked) != 1 || d.asked[0] != want {
		t.Errorf("the API was asked %q, want %q", d.asked, want)
	}
	if a := d.answers[0]; a.Request != id || a.Command != "putEnvironment" || a.Status != 202 || !slices.Equal(a.Operations, []string{id}) || a.Problem != nil {
		t.Errorf("answered %+v", a)
	}
	d = newDesk(http.StatusNotFound)
	if err := d.Accept(t.Context(), []byte(body), ""); err != nil || string(d.answers[0].Problem) != `{"code":"NotFound"}` || d.answers[0].Status != 404 {
		t.Errorf("answered %+v, %v", d.answers, err)
	}
}

// While our own parts do not answer, a command comes again; it comes again too when its answer could not be told.
func TestAccept_comesAgain(t *testing.T) {
	body := []byte(`{"specversion":"1.0","id":"` + id + `","type":"io.lazuli.request.cancelOperation.v1","data":{"operation":"` + id + `"}}`)
	for _, status := range []int{500, 503, 429} {
		if d := newDesk(status); d.Accept(t.Context(), body, "") == nil || len(d.answers) != 0 {
			t.Errorf("%d was taken for an answer: %+v", status, d.answers)
		}
	}
	d := newDesk(202)
	d.deaf = io.ErrUnexpectedEOF
	if d.Accept(t.Context(), body, "") == nil {
		t.Error("an answer that was not told counts as told")
	}
	d.deaf = nil
	if err := d.GiveUp(t.Context(), body); err != nil || len(d.answers) != 1 || d.answers[0].Command != "cancelOperation" || len(d.answers[0].Problem) == 0 {
		t.Errorf("given up with %+v, %v", d.answers, err)
	}
}

// Whatever comes, it is answered by a valid refusal, or completed with a line in the log that holds nothing of it; the API is asked
// for nothing but commands.
func FuzzAccept(f *testing.F) {
	for _, text := range []string{``, `no JSON`, `[]`, `{"id":7}`, `{"id":"` + id + `"}`, `{"specversion":"1.0","id":"` + id + `","type":"io.lazuli.request.startRun.v1","data":{}}`,
		`{"specversion":"1.0","id":"` + id + `","type":"io.lazuli.request.putProject.v1","data":{"project":"../../me","body":{}}}`,
		`{"specversion":"1.0","id":"` + id + `","type":"io.lazuli.request.putProject.v1","data":{"project":"p","environment":"x","body":{}}}`,
		`{"specversion":"1.0","id":"` + id + `","type":"io.lazuli.request.putProject.v1","data":{"project":"p","ifMatch":"a\r\nb","body":{}}}`} {
		f.Add(text, "Bearer secret-token")
	}
	f.Fuzz(func(t *testing.T, body, authorization string) {
		d := newDesk(http.StatusAccepted)
		if err := d.Accept(t.Context(), []byte(body), authorization); err != nil {
			t.Fatal(err)
		}
		if len(d.answers) != 1 && d.log.Len() == 0 {
			t.Errorf("%d answers, and no line in the log", len(d.answers))
		}
		for _, asked := range d.asked {
			if strings.Contains(strings.SplitN(asked, " ", 3)[1], "..") && !strings.Contains(asked, "%2F") && strings.Contains(asked, "/../") {
				t.Errorf("asked for %s", asked)
			}
		}
		for _, a := range d.answers {
			if len(a.Problem) > 0 && !json.Valid(a.Problem) {
				t.Errorf("a problem is %s", a.Problem)
			}
		}
		if len(authorization) > 8 && strings.Contains(d.log.String(), authorization) {
			t.Error("the log holds the token")
		}
	})
}
