package httpapi

import (
	"net/http"
	"net/url"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// getHome answers GET /v1/me/home.
func (a *API) getHome(w http.ResponseWriter, r *http.Request) error {
	home, err := a.service.GetHome(r.Context(), callerFrom(r))
	if err != nil {
		return err
	}
	body := api.Home{Approvals: operationsOf(home.Approvals), Running: operationsOf(home.Running), Failed: operationsOf(home.Failed),
		Recent: operationsOf(home.Recent), Projects: home.Projects, Complete: home.Complete}
	if body.Expiring, err = environmentsOf(home.Expiring, a.Now()); err != nil {
		return err
	}
	return answer(w, http.StatusOK, body)
}

// search answers GET /v1/search.
func (a *API) search(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	found, complete, err := a.service.Search(r.Context(), callerFrom(r), r.URL.Query().Get("q"), page.Size)
	if err != nil {
		return err
	}
	body := api.SearchResults{Value: []api.SearchResult{}, Complete: complete}
	for _, f := range found {
		body.Value = append(body.Value, api.SearchResult{Kind: api.SearchResultKind(f.Kind), Name: f.Name, Title: f.Title,
			Project: optional(f.Project), Environment: optional(f.Environment), Detail: optional(f.Detail)})
	}
	return answer(w, http.StatusOK, body)
}

// listAllEnvironments answers GET /v1/environments.
func (a *API) listAllEnvironments(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	filter := platform.EverywhereFilter{Type: query.Get("ofType"), State: platform.EnvironmentState(query.Get("inState")), Owner: query.Get("owner")}
	if filter.Type != "" && !platform.ValidName(filter.Type) {
		return platform.Errorf(platform.Invalid, "ofType must be the name of an environment type.")
	}
	if filter.State != "" && !api.EnvironmentState(filter.State).Valid() {
		return platform.Errorf(platform.Invalid, "inState is no state of an environment.")
	}
	if text := query.Get("expiresBefore"); text != "" {
		if filter.ExpiresBefore, err = time.Parse(time.RFC3339, text); err != nil {
			return platform.Errorf(platform.Invalid, "expiresBefore must be a time such as 2026-01-31T12:00:00Z.")
		}
	}
	found, next, err := a.service.ListAllEnvironments(r.Context(), callerFrom(r), filter, page)
	if err != nil {
		return err
	}
	list := api.EnvironmentList{NextLink: a.nextLink(r, next)}
	if list.Value, err = environmentsOf(found, a.Now()); err != nil {
		return err
	}
	return answer(w, http.StatusOK, list)
}

// listAllOperations answers GET /v1/operations.
func (a *API) listAllOperations(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	ask := platform.OperationsEverywhere{Status: platform.Status(query.Get("status"))}
	if ask.Status != "" && !api.OperationStatus(ask.Status).Valid() {
		return platform.Errorf(platform.Invalid, "status must be NotStarted, Running, Succeeded, Failed or Canceled.")
	}
	for name, into := range map[string]*bool{"mine": &ask.Mine, "open": &ask.Open, "waitsForMe": &ask.WaitsForMe} {
		if *into, err = flag(query, name); err != nil {
			return err
		}
	}
	found, complete, err := a.service.ListAllOperations(r.Context(), callerFrom(r), ask, page.Size)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, api.FoundOperations{Value: operationsOf(found), Complete: complete})
}

// flag reads a parameter that is true or false; absent is false.
func flag(query url.Values, name string) (bool, error) {
	switch query.Get(name) {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, platform.Errorf(platform.Invalid, "%s must be true or false.", name)
}

func operationsOf(operations []platform.Operation) []api.Operation {
	out := make([]api.Operation, 0, len(operations))
	for _, op := range operations {
		out = append(out, operationOf(op))
	}
	return out
}

func environmentsOf(environments []platform.Environment, now time.Time) ([]api.Environment, error) {
	out := make([]api.Environment, 0, len(environments))
	for _, env := range environments {
		item, err := environmentOf(env, now)
		if err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	return out, nil
}
