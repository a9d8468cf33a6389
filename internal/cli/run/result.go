package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// result is the file that the run publishes, in case the call-back is lost. Its members are those of the contract's RunResult,
// with the operation, so that nobody takes it for another's.
type result struct {
	Operation string                                `json:"operation"`
	Status    string                                `json:"status"`
	Outputs   map[string]map[string]json.RawMessage `json:"outputs,omitempty"`
	Remaining []string                              `json:"remaining,omitempty"`
	Error     *failure                              `json:"error,omitempty"`
}

// ResultFile is the name of the file that Result writes into the run's folder.
const ResultFile = "result.json"

// Result says what became of the run: into a file that the pipeline publishes, then to the API.
func (s *Session) Result(ctx context.Context) error {
	c, err := s.claim()
	if err != nil {
		return err
	}
	r := s.collect(ctx, c)
	if err := s.writeJSON(ResultFile, r); err != nil {
		return err
	}
	body, err := json.Marshal(struct {
		Status    string                                `json:"status"`
		Outputs   map[string]map[string]json.RawMessage `json:"outputs,omitempty"`
		Remaining []string                              `json:"remaining,omitempty"`
		Error     *failure                              `json:"error,omitempty"`
	}{r.Status, r.Outputs, r.Remaining, r.Error})
	if err != nil {
		return fmt.Errorf("encode the result: %w", err)
	}
	caller, err := s.api()
	if err != nil {
		return err
	}
	_, err = repeat(ctx, s, "report the result", func(ctx context.Context) (*client.ReportRunResultResponse, error) {
		return caller.ReportRunResultWithBodyWithResponse(ctx, s.Operation, &api.ReportRunResultParams{LazuliRunSecret: c.Secret}, "application/json", strings.NewReader(string(body)))
	})
	if err == nil {
		fmt.Fprintf(s.Out, "Reported: %s\n", r.Status)
	}
	return err
}

// collect finds out what to say. What cannot be read is a failure: an unknown is never called a success.
func (s *Session) collect(ctx context.Context, c claim) result {
	r := result{Operation: c.Operation, Status: "Succeeded"}
	switch s.JobStatus {
	case "Succeeded", "SucceededWithIssues":
	case "Canceled":
		r.Status = "Canceled"
		return r
	default:
		if c.Mode == "destroy" { // as far as it is known: a list that is not complete is better than none
			left, err := s.remaining(ctx)
			if err != nil {
				fmt.Fprintln(s.Out, safe(err.Error()))
			}
			r.Remaining = left
		}
		return r.failed(s.knownFailure())
	}
	switch c.Mode {
	case "deploy", modeApply:
		if c.Kept {
			return r
		}
		outputs, err := s.outputs(ctx)
		if err != nil {
			return r.failed(failure{Code: "OutputsUnreadable", Message: "The outputs could not be read: " + safe(err.Error()), Target: "report"})
		}
		r.Outputs = outputs
	case "destroy":
		remaining, err := s.remaining(ctx)
		r.Remaining = remaining
		if err != nil {
			return r.failed(failure{Code: "NotProven", Message: "That nothing is left could not be proven: " + safe(err.Error()), Target: "report"})
		}
	}
	return r
}

func (r result) failed(why failure) result {
	r.Status, r.Error = "Failed", &why
	return r
}

// knownFailure is what the engine said when it failed, if it was the engine.
func (s *Session) knownFailure() failure {
	var why failure
	err := s.readJSON(errorFile, &why)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		fmt.Fprintln(s.Out, safe(err.Error()))
	}
	if why.Code == "" {
		why = failure{Code: "RunFailed", Message: "A step of the run failed; its log says why."}
	}
	return why
}

// outputs reads the root's one output. Secrets are not in it: the root has put them into the vault.
func (s *Session) outputs(ctx context.Context) (map[string]map[string]json.RawMessage, error) {
	raw, err := s.capture(ctx, "", "output", "-json")
	if err != nil {
		return nil, err
	}
	var shown struct {
		Outputs struct {
			Value map[string]map[string]json.RawMessage `json:"value"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal(raw, &shown); err != nil {
		return nil, fmt.Errorf("decode the outputs: %w", err)
	}
	return shown.Outputs.Value, nil
}
