package run

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// Session is one run of the pipeline: where the API is, what the run may show, where its files are.
type Session struct {
	URL       string // of the API, without /v1
	Token     string // the run's own access token
	Operation string
	Run       string // id of the Azure DevOps run
	Folder    string // of this run's files
	Engine    string // the Terraform engine: a path, or a name on PATH
	JobStatus string // Agent.JobStatus
	Out       io.Writer

	Azure      string // Azure Resource Manager, for the proof after a deletion
	AzureToken string // of the service connection, for it

	// Patience bounds how long a call to the API is repeated while the API does not answer.
	Patience time.Duration
	// Pause is the time before the first repetition; it doubles up to 15 seconds.
	Pause time.Duration
}

// FromEnvironment reads the session from what the pipeline sets. Run and operation are checked by the API.
func FromEnvironment(getenv func(string) string, out io.Writer) (*Session, error) {
	s := &Session{
		URL: strings.TrimRight(getenv("LAZULI_URL"), "/"), Token: getenv("LAZULI_TOKEN"), Operation: getenv("LAZULI_OPERATION"),
		Run: getenv("BUILD_BUILDID"), Folder: getenv("LAZULI_RUN_FOLDER"), Engine: getenv("LAZULI_ENGINE"),
		JobStatus: getenv("AGENT_JOBSTATUS"), Out: out, Patience: 10 * time.Minute, Pause: time.Second,
		Azure: cmp.Or(getenv("LAZULI_AZURE_URL"), "https://management.azure.com"), AzureToken: getenv("LAZULI_AZURE_TOKEN"),
	}
	if s.Folder == "" && getenv("AGENT_TEMPDIRECTORY") != "" {
		s.Folder = filepath.Join(getenv("AGENT_TEMPDIRECTORY"), "lazuli")
	}
	if s.Engine == "" {
		s.Engine = "terraform"
	}
	for name, value := range map[string]string{"LAZULI_URL": s.URL, "LAZULI_OPERATION": s.Operation, "BUILD_BUILDID": s.Run, "LAZULI_RUN_FOLDER": s.Folder} {
		if value == "" {
			return nil, fmt.Errorf("%s is not set: these commands are for pipeline runs, see infra/pipelines/deploy.yml", name)
		}
	}
	if err := os.MkdirAll(s.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("make folder of the run: %w", err)
	}
	return s, nil
}

// claim is what start learnt and the later commands need.
type claim struct {
	Operation string `json:"operation"`
	Mode      string `json:"mode"`
	Secret    string `json:"secret"`
	PlanKey   string `json:"planKey,omitempty"` // seals a plan that waits for approval
	Plan      string `json:"plan,omitempty"`    // digest of the one to apply, in mode apply
	Kept      bool   `json:"kept,omitempty"`    // the plan was sealed; nothing was applied
}

// ModeApply is the mode of the run after an approval.
const modeApply = "apply"

// claimFile holds the claim, between the steps of the run.
const claimFile = "claim.json"

func (s *Session) path(name ...string) string {
	return filepath.Join(append([]string{s.Folder}, name...)...)
}

func (s *Session) root() string { return s.path("root") }

func (s *Session) writeJSON(name string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	if err := os.WriteFile(s.path(name), raw, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func (s *Session) readJSON(name string, into any) error {
	raw, err := os.ReadFile(s.path(name))
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("decode %s: %w", name, err)
	}
	return nil
}

func (s *Session) claim() (claim, error) {
	var c claim
	err := s.readJSON(claimFile, &c)
	if errors.Is(err, os.ErrNotExist) {
		return c, errors.New("this run has not claimed the operation: lazuli run start comes first")
	}
	return c, err
}

// setVariable tells the agent a variable for the steps that follow.
func (s *Session) setVariable(name, value string) {
	fmt.Fprintf(s.Out, "##vso[task.setvariable variable=%s]%s\n", name, value)
}

func (s *Session) api() (*client.ClientWithResponses, error) {
	if s.Token == "" {
		return nil, errors.New("LAZULI_TOKEN is not set: the run has no access token for the API")
	}
	bearer := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+s.Token)
		return nil
	}
	c, err := client.NewClientWithResponses(s.URL+"/v1", client.WithRequestEditorFn(bearer), client.WithHTTPClient(&http.Client{Timeout: 30 * time.Second}))
	if err != nil {
		return nil, fmt.Errorf("address of the API: %w", err)
	}
	return c, nil
}

// answered is the part of a generated response that decides whether to ask again.
type answered interface {
	StatusCode() int
	GetApplicationProblemJSONDefault() *api.ProblemResponse
}

// repeat calls the API until it answers something that another try would not change. Every call of a run may be repeated:
// the API answers the same to the same.
func repeat[R answered](ctx context.Context, s *Session, what string, call func(context.Context) (R, error)) (R, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	pause := s.Pause
	for {
		response, err := call(ctx)
		if err == nil && response.StatusCode() < 300 {
			return response, nil
		}
		if err == nil && !mayChange(response) {
			return response, fmt.Errorf("%s: %s", what, problemText(response.StatusCode(), response.GetApplicationProblemJSONDefault()))
		}
		if err == nil {
			err = errors.New(problemText(response.StatusCode(), response.GetApplicationProblemJSONDefault()))
		}
		fmt.Fprintf(s.Out, "%s: %s; trying again in %s\n", what, safe(err.Error()), pause)
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return response, fmt.Errorf("%s: gave up after %s: %w", what, s.Patience, err)
		case <-timer.C:
		}
		pause = min(2*pause, 15*time.Second)
	}
}

func mayChange(r answered) bool {
	p := r.GetApplicationProblemJSONDefault()
	retryConflict := p != nil && p.Code == "Conflict" && r.StatusCode() == http.StatusConflict
	return r.StatusCode() >= 500 || r.StatusCode() == http.StatusTooManyRequests || retryConflict && strings.Contains(value(p.Detail), "too fast")
}

func problemText(status int, p *api.ProblemResponse) string {
	if p == nil {
		return fmt.Sprintf("the API answered %d", status)
	}
	return fmt.Sprintf("%s (%s, request %s)", value(p.Detail), p.Code, p.RequestID)
}

func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
