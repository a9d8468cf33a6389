package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// valueScope is where values are set: a project, or an environment of it. The API has every operation for both.
type valueScope struct {
	caller               *client.ClientWithResponses
	project, environment string
}

// values opens the scope that an argument names: PROJECT or PROJECT/ENVIRONMENT.
func (s *session) values(arg string) (valueScope, error) {
	scope := valueScope{project: arg}
	if strings.Contains(arg, "/") {
		var err error
		if scope.project, scope.environment, err = place(arg); err != nil {
			return scope, err
		}
	}
	if scope.project == "" {
		return scope, usageError{fmt.Errorf("%q is neither PROJECT nor PROJECT/ENVIRONMENT", arg)}
	}
	var err error
	scope.caller, err = s.api()
	return scope, err
}

// heldValue is api.Value, its value kept as it was sent: a number must not pass through a float.
type heldValue struct {
	Key       string          `json:"key"`
	Type      string          `json:"type"`
	Value     json.RawMessage `json:"value"`
	Secret    bool            `json:"secret"`
	Origin    string          `json:"origin"`
	UpdatedAt time.Time       `json:"updatedAt"`
	UpdatedBy string          `json:"updatedBy"`
}

// heldValues and valueDifferences are api.Values and api.ValueDifferences, likewise; raw is the whole answer.
type heldValues struct {
	Version int64       `json:"version"`
	Value   []heldValue `json:"value"`
	raw     json.RawMessage
}

type valueDifferences struct {
	From  int64 `json:"from"`
	To    int64 `json:"to"`
	Value []struct {
		Key    string     `json:"key"`
		Action string     `json:"action"`
		Before *heldValue `json:"before"`
		After  *heldValue `json:"after"`
	} `json:"value"`
	raw json.RawMessage
}

func readValues(body []byte, err error) (out heldValues, _ error) {
	if err != nil {
		return out, err
	}
	out.raw = body
	if err := json.Unmarshal(body, &out); err != nil {
		return out, fmt.Errorf("read the values: %w", err)
	}
	return out, nil
}

func (v valueScope) get(ctx context.Context) (heldValues, error) {
	if v.environment == "" {
		answer, err := v.caller.GetProjectValuesWithResponse(ctx, v.project)
		if err := check(answer, err); err != nil {
			return heldValues{}, err
		}
		return readValues(answer.Body, nil)
	}
	answer, err := v.caller.GetEnvironmentValuesWithResponse(ctx, v.project, v.environment)
	if err := check(answer, err); err != nil {
		return heldValues{}, err
	}
	return readValues(answer.Body, nil)
}

// change sends a change that was encoded already, so that the values in it stay as they were typed.
func (v valueScope) change(ctx context.Context, body []byte) (heldValues, error) {
	const kind = "application/json"
	if v.environment == "" {
		answer, err := v.caller.ChangeProjectValuesWithBodyWithResponse(ctx, v.project, nil, kind, strings.NewReader(string(body)))
		if err := check(answer, err); err != nil {
			return heldValues{}, err
		}
		return readValues(answer.Body, nil)
	}
	answer, err := v.caller.ChangeEnvironmentValuesWithBodyWithResponse(ctx, v.project, v.environment, nil, kind, strings.NewReader(string(body)))
	if err := check(answer, err); err != nil {
		return heldValues{}, err
	}
	return readValues(answer.Body, nil)
}

func (v valueScope) restore(ctx context.Context, wanted api.ValueRestoration) (heldValues, error) {
	if v.environment == "" {
		answer, err := v.caller.RestoreProjectValuesWithResponse(ctx, v.project, nil, wanted)
		if err := check(answer, err); err != nil {
			return heldValues{}, err
		}
		return readValues(answer.Body, nil)
	}
	answer, err := v.caller.RestoreEnvironmentValuesWithResponse(ctx, v.project, v.environment, nil, wanted)
	if err := check(answer, err); err != nil {
		return heldValues{}, err
	}
	return readValues(answer.Body, nil)
}

func (v valueScope) versions(ctx context.Context, token *string) ([]api.ValueVersion, *string, error) {
	if v.environment == "" {
		answer, err := v.caller.ListProjectValueVersionsWithResponse(ctx, v.project, &api.ListProjectValueVersionsParams{PageToken: token})
		if err := check(answer, err); err != nil {
			return nil, nil, err
		}
		return answer.JSON200.Value, answer.JSON200.NextLink, nil
	}
	answer, err := v.caller.ListEnvironmentValueVersionsWithResponse(ctx, v.project, v.environment, &api.ListEnvironmentValueVersionsParams{PageToken: token})
	if err := check(answer, err); err != nil {
		return nil, nil, err
	}
	return answer.JSON200.Value, answer.JSON200.NextLink, nil
}

func (v valueScope) differences(ctx context.Context, from, to *int64) (out valueDifferences, _ error) {
	if v.environment == "" {
		answer, err := v.caller.GetProjectValueDifferencesWithResponse(ctx, v.project, &api.GetProjectValueDifferencesParams{From: from, To: to})
		if err := check(answer, err); err != nil {
			return out, err
		}
		out.raw = answer.Body
	} else {
		answer, err := v.caller.GetEnvironmentValueDifferencesWithResponse(ctx, v.project, v.environment, &api.GetEnvironmentValueDifferencesParams{From: from, To: to})
		if err := check(answer, err); err != nil {
			return out, err
		}
		out.raw = answer.Body
	}
	if err := json.Unmarshal(out.raw, &out); err != nil {
		return out, fmt.Errorf("read the differences: %w", err)
	}
	return out, nil
}
