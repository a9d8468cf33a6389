package sandboxapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Timeout bounds one request. It is long because making a thing may start a database server or run a script.
const Timeout = 11 * time.Minute

// maxAnswer bounds what a client reads: a site with inline files is the largest resource.
const maxAnswer = 16 << 20

// Problem is a refusal: Message is a sentence for a person that says what to do.
type Problem struct {
	Status  int    `json:"status"`
	Code    string `json:"code"` // stable, such as "notFound", "invalid", "machineOff"
	Message string `json:"message"`
}

func (p *Problem) Error() string { return p.Message }

// IsGone reports whether err says that the resource is not there (any more).
func IsGone(err error) bool {
	var p *Problem
	return errors.As(err, &p) && p.Status == http.StatusNotFound && p.Code == "notFound"
}

// Client speaks to one sandbox. It is safe for concurrent use.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// NewClient returns a client for the sandbox at base, such as http://127.0.0.1:7071/sandbox.
func NewClient(base, token string) *Client {
	return &Client{base: strings.TrimSuffix(base, "/"), token: token, http: &http.Client{Timeout: Timeout}}
}

// Put makes or changes a resource and decodes what it is now into out.
func (c *Client) Put(ctx context.Context, kind Kind, id ID, spec, out any) error {
	return c.do(ctx, http.MethodPut, resourcePath(kind, id), spec, out)
}

// Get decodes the resource into out; the error is [IsGone] when it does not exist.
func (c *Client) Get(ctx context.Context, kind Kind, id ID, out any) error {
	return c.do(ctx, http.MethodGet, resourcePath(kind, id), nil, out)
}

// Delete removes the resource with everything in it; one that is gone already is a success.
func (c *Client) Delete(ctx context.Context, kind Kind, id ID) error {
	return c.do(ctx, http.MethodDelete, resourcePath(kind, id), nil, nil)
}

// SetPower switches a site or a machine on or off.
func (c *Client) SetPower(ctx context.Context, kind Kind, id ID, power Power) error {
	return c.do(ctx, http.MethodPost, resourcePath(kind, id)+"/power", map[string]Power{"power": power}, nil)
}

// PutExtension runs a script in a machine and answers when it has ended well.
func (c *Client) PutExtension(ctx context.Context, machine ID, name string, spec ExtensionSpec) (Extension, error) {
	var out Extension
	err := c.do(ctx, http.MethodPut, extensionPath(machine, name), spec, &out)
	return out, err
}

// GetExtension answers what PutExtension did.
func (c *Client) GetExtension(ctx context.Context, machine ID, name string) (Extension, error) {
	var out Extension
	err := c.do(ctx, http.MethodGet, extensionPath(machine, name), nil, &out)
	return out, err
}

// DeleteExtension forgets an extension; what its script has done to the machine stays.
func (c *Client) DeleteExtension(ctx context.Context, machine ID, name string) error {
	return c.do(ctx, http.MethodDelete, extensionPath(machine, name), nil, nil)
}

// Leftovers lists what exists under a project and environment, in a stable order.
func (c *Client) Leftovers(ctx context.Context, project, environment string) ([]Leftover, error) {
	query := url.Values{"project": {project}, "environment": {environment}}
	var out struct {
		Value []Leftover `json:"value"`
	}
	err := c.do(ctx, http.MethodGet, "/leftovers?"+query.Encode(), nil, &out)
	return out.Value, err
}

// SecretValue answers a secret value that an environment or its project has set.
func (c *Client) SecretValue(ctx context.Context, project, environment, reference string) (string, error) {
	query := url.Values{"project": {project}, "environment": {environment}, "reference": {reference}}
	var out SecretValue
	err := c.do(ctx, http.MethodGet, "/secret-values?"+query.Encode(), nil, &out)
	return out.Value, err
}

func resourcePath(kind Kind, id ID) string {
	return "/" + string(kind) + "/" + url.PathEscape(id.Project) + "/" + url.PathEscape(id.Environment) + "/" + url.PathEscape(id.Name)
}

func extensionPath(machine ID, name string) string {
	return resourcePath(Machines, machine) + "/extensions/" + url.PathEscape(name)
}

func (c *Client) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encode request to the sandbox: %w", err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return fmt.Errorf("request to the sandbox: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("the sandbox does not answer (is `lazuli up` running?): %w", err)
	}
	defer func() { _ = res.Body.Close() }() // read to the end or given up: nothing to learn from closing
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("read the sandbox's answer: %w", err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		return problemFrom(res.StatusCode, text)
	}
	if out == nil || len(text) == 0 {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("decode the sandbox's answer to %s %s: %w", method, path, err)
	}
	return nil
}

// problemFrom also copes with answers that are not the sandbox's, such as a proxy's 502 page.
func problemFrom(status int, text []byte) error {
	p := &Problem{}
	if err := json.Unmarshal(text, p); err != nil || p.Message == "" {
		return &Problem{Status: status, Code: "unexpected", Message: fmt.Sprintf("The sandbox answered %d %s.", status, http.StatusText(status))}
	}
	p.Status = status
	return p
}
