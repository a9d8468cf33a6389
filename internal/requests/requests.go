package requests

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Config is what requests by message need. All fields are required, but for Pauses.
type Config struct {
	API    http.Handler // which takes the token of an application alone
	Prefix string       // of the API's paths
	// Answer tells the event that answers a command.
	Answer func(ctx context.Context, a platform.RequestAnswer) error
	Log    *slog.Logger
}

// Requests does commands.
type Requests struct{ cfg Config }

// New makes a Requests.
func New(cfg Config) *Requests { return &Requests{cfg} }

// message is a command as it came. Attributes that are not named here are the sender's.
type message struct {
	SpecVersion string          `json:"specversion"`
	ID          string          `json:"id"`
	Type        string          `json:"type"`
	Data        json.RawMessage `json:"data"`
}

type data struct {
	Project     string          `json:"project"`
	Environment string          `json:"environment"`
	Operation   string          `json:"operation"`
	IfMatch     string          `json:"ifMatch"`
	IfNoneMatch string          `json:"ifNoneMatch"`
	Body        json.RawMessage `json:"body"`
}

// maxMessage is more than any command of the API may have.
const maxMessage = 600 << 10

// Accept does the command in body, for whom authorization is a token of. An error means that the message should come again.
func (q *Requests) Accept(ctx context.Context, body []byte, authorization string) error {
	m, err := read(body)
	if err != nil { // it will never be anything else, and there is nobody to tell
		q.cfg.Log.Error("request by message cannot be answered", "error", err)
		return nil
	}
	answer := platform.RequestAnswer{Request: m.ID, Message: body}
	r, command, err := q.requestOf(ctx, m, authorization)
	answer.Command = command.Operation
	if err != nil {
		answer.Status, answer.Problem = http.StatusBadRequest, problem(m.ID, platform.Invalid, "The message is no command: "+err.Error()+".")
		return q.cfg.Answer(ctx, answer)
	}
	out := &recorder{header: http.Header{}}
	q.cfg.API.ServeHTTP(out, r)
	if out.status >= http.StatusInternalServerError || out.status == http.StatusTooManyRequests { // our own trouble, and it passes
		return fmt.Errorf("do %s %s: the API answers %d", command.Operation, m.ID, out.status)
	}
	answer.Status = out.status
	if out.status < 200 || out.status > 299 {
		answer.Problem = out.body.Bytes()
	} else {
		answer.Operations = out.operations(command)
	}
	return q.cfg.Answer(ctx, answer)
}

// GiveUp answers a command that the broker gave up.
func (q *Requests) GiveUp(ctx context.Context, body []byte) error {
	m, err := read(body)
	if err != nil {
		q.cfg.Log.Error("request by message was given up and cannot be answered", "error", err)
		return nil
	}
	command, _ := commandOf(m.Type)
	return q.cfg.Answer(ctx, platform.RequestAnswer{Request: m.ID, Message: body, Command: command.Operation, Status: http.StatusServiceUnavailable,
		Problem: problem(m.ID, platform.StorageUnavailable, "The request could not be processed, and was given up after several tries. Send it again with the same id.")})
}

// read takes a message apart as far as it must be to be answered.
func read(body []byte) (message, error) {
	var m message
	if len(body) > maxMessage {
		return m, fmt.Errorf("it has %d bytes", len(body))
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return m, errors.New("it is not JSON with the attributes of a CloudEvent")
	}
	if !platform.ValidOperationID(m.ID) {
		return m, errors.New("its id has not 26 to 36 letters, digits and dashes")
	}
	return m, nil
}

// requestOf makes the request to the API. Its error is in words for the sender, and holds nothing that he sent.
func (q *Requests) requestOf(ctx context.Context, m message, authorization string) (*http.Request, Command, error) {
	command, ok := commandOf(m.Type)
	if !ok {
		return nil, command, errors.New("its type is none of those in apim/asyncapi.yaml")
	}
	if m.SpecVersion != "1.0" {
		return nil, command, errors.New("specversion must be 1.0")
	}
	var d data
	decoder := json.NewDecoder(bytes.NewReader(m.Data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return nil, command, errors.New("data must be an object with project, environment, operation, ifMatch, ifNoneMatch and body, as far as the command has them")
	}
	path, err := command.address(d)
	if err != nil {
		return nil, command, err
	}
	r, err := http.NewRequestWithContext(ctx, command.Method, "http://message"+q.cfg.Prefix+path, bytes.NewReader(d.Body))
	if err != nil {
		return nil, command, errors.New("data names something that cannot be named")
	}
	r.RequestURI = r.URL.RequestURI()
	for name, value := range map[string]string{"Authorization": authorization, "Operation-Id": m.ID, "X-Ms-Request-Id": m.ID, "If-Match": d.IfMatch, "If-None-Match": d.IfNoneMatch} {
		if strings.ContainsAny(value, "\r\n\x00") {
			return nil, command, errors.New("a text that goes into a header has more than one line")
		}
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if len(d.Body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, command, nil
}

func problem(request string, code platform.Code, detail string) json.RawMessage {
	text, err := json.Marshal(map[string]any{"type": "https://lazuli-platform.github.io/problems/" + strings.ToLower(string(code)), "title": "The message is not valid",
		"status": http.StatusBadRequest, "code": code, "detail": detail, "requestId": request})
	if err != nil { // texts and a number: cannot happen
		return json.RawMessage(`{}`)
	}
	return text
}

// recorder is the answer of the API.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

// operations are those that the answer speaks of: one in its header, and those of a project's first environments.
func (r *recorder) operations(c Command) []string {
	var out []string
	if id := r.header.Get("Operation-Id"); id != "" {
		out = append(out, id)
	}
	var project struct {
		Operations []struct {
			ID string `json:"id"`
		} `json:"operations"`
	}
	if c.Operation == "putProject" && json.Unmarshal(r.body.Bytes(), &project) == nil {
		for _, op := range project.Operations {
			if !slices.Contains(out, op.ID) {
				out = append(out, op.ID)
			}
		}
	}
	return out
}
