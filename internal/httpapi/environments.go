package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// environmentBody is api.EnvironmentSpec with the parts that are data kept as they were sent: a number of a request must not
// pass through a float.
type environmentBody struct {
	Type       string             `json:"type"`
	Template   string             `json:"template"`
	Parameters json.RawMessage    `json:"parameters"`
	Manifest   *platform.Manifest `json:"manifest"`

	From *api.DeploymentSource `json:"from"`

	ExpiresAt *time.Time   `json:"expiresAt"`
	ExpiresIn *isoDuration `json:"expiresIn"`
}

func (b environmentBody) spec() platform.EnvironmentSpec {
	spec := platform.EnvironmentSpec{Type: b.Type, Template: b.Template, Parameters: b.Parameters, Manifest: b.Manifest,
		Ends: platform.EndWish{At: given(b.ExpiresAt), In: time.Duration(given(b.ExpiresIn))}}
	if f := b.From; f != nil {
		spec.From = &platform.Source{Environment: given(f.Environment), Deployment: given(f.Deployment), ValuesGoAlong: given(f.ValuesGoAlong)}
	}
	return spec
}

// listEnvironments answers GET /v1/projects/{project}/environments.
func (a *API) listEnvironments(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	environments, next, err := a.service.ListEnvironments(r.Context(), callerFrom(r), pathValue(r, "project"), page)
	if err != nil {
		return err
	}
	list := api.EnvironmentList{Value: []api.Environment{}, NextLink: a.nextLink(r, next)}
	for _, env := range environments {
		item, err := environmentOf(env, a.Now())
		if err != nil {
			return err
		}
		list.Value = append(list.Value, item)
	}
	return answer(w, http.StatusOK, list)
}

// getEnvironment answers GET /v1/projects/{project}/environments/{environment}.
func (a *API) getEnvironment(w http.ResponseWriter, r *http.Request) error {
	env, err := a.service.GetEnvironment(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"))
	if err != nil {
		return err
	}
	return a.answerEnvironment(w, http.StatusOK, env)
}

func (a *API) answerEnvironment(w http.ResponseWriter, status int, env platform.Environment) error {
	body, err := environmentOf(env, a.Now())
	if err != nil {
		return err
	}
	w.Header().Set("ETag", body.Etag)
	return answer(w, status, body)
}

// putEnvironment answers PUT /v1/projects/{project}/environments/{environment}.
func (a *API) putEnvironment(w http.ResponseWriter, r *http.Request) error {
	var body environmentBody
	if err := decode(r, &body); err != nil {
		return err
	}
	pre, err := preconditions(r)
	if err != nil {
		return err
	}
	operation, err := operationID(r)
	if err != nil {
		return err
	}
	done, err := a.service.PutEnvironment(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), body.spec(), pre, operation)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if done.Operation != nil {
		a.operationHeaders(w, *done.Operation)
	}
	if done.Created {
		status = http.StatusCreated
	}
	return a.answerEnvironment(w, status, done.Environment)
}

// deleteEnvironment answers DELETE /v1/projects/{project}/environments/{environment}.
func (a *API) deleteEnvironment(w http.ResponseWriter, r *http.Request) error {
	pre, err := preconditions(r)
	if err != nil {
		return err
	}
	operation, err := operationID(r)
	if err != nil {
		return err
	}
	done, err := a.service.DeleteEnvironment(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), pre, operation)
	if err != nil {
		return err
	}
	if done.Operation == nil {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return a.accepted(w, *done.Operation)
}

// forceDeleteEnvironment answers POST /v1/projects/{project}/environments/{environment}/forced-deletion.
func (a *API) forceDeleteEnvironment(w http.ResponseWriter, r *http.Request) error {
	var body api.ForcedDeletion
	if err := decode(r, &body); err != nil {
		return err
	}
	operation, err := operationID(r)
	if err != nil {
		return err
	}
	op, err := a.service.ForceDeleteEnvironment(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"), platform.ForcedDeletion{Reason: body.Reason, Confirm: body.Confirm, DespiteProtection: value(body.DespiteProtection)}, operation)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, operationOf(op))
}

func environmentOf(env platform.Environment, now time.Time) (api.Environment, error) {
	outputs, err := outputsOf(env.Outputs)
	if err != nil {
		return api.Environment{}, fmt.Errorf("environment %s/%s: %w", env.Project, env.Name, err)
	}
	parameters, err := object(env.Parameters)
	if err != nil {
		return api.Environment{}, fmt.Errorf("environment %s/%s: %w", env.Project, env.Name, err)
	}
	body := api.Environment{
		Name: env.Name, Project: env.Project, Type: env.Type, State: api.EnvironmentState(env.State), Template: optional(env.Template),
		Parameters: parameters, Deployment: optional(env.Deployment), ActiveOperation: optional(env.ActiveOperation),
		Outputs: outputs, Etag: etag(env.Revision), CreatedAt: env.CreatedAt.UTC(), UpdatedAt: env.UpdatedAt.UTC(),
	}
	if env.Deployment != "" {
		body.Monthly = optional(env.Monthly.String())
	}
	showLifetime(&body, env, now)
	if f := env.Failure; f != nil {
		body.Failure = &api.EnvironmentFailure{Operation: f.Operation, Code: f.Code, Message: f.Message, At: f.At.UTC(), Remaining: f.Remaining}
	}
	return body, nil
}

func outputsOf(raw json.RawMessage) (api.Outputs, error) {
	out := api.Outputs{}
	resources, err := object(raw)
	if err != nil {
		return nil, err
	}
	for alias, values := range resources {
		members, _ := values.(map[string]any)
		out[alias] = api.ResourceOutputs(members)
	}
	return out, nil
}
