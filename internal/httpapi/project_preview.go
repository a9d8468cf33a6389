package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// previewProject answers POST /v1/projects/{project}/preview.
func (a *API) previewProject(w http.ResponseWriter, r *http.Request) error {
	spec, pre, err := projectRequest(r)
	if err != nil {
		return err
	}
	p, err := a.service.PreviewProject(r.Context(), callerFrom(r), pathValue(r, "project"), spec, pre)
	if err != nil {
		return err
	}
	out := api.ProjectPreview{Exists: p.Exists, NewTeam: p.NewTeam, Refusal: refusalOf(p.Refusal), Environments: []api.OnboardedPreview{},
		Price: api.OnboardedPrice{Monthly: p.Monthly.String(), Currency: p.Currency, Complete: p.Complete}}
	for _, e := range p.Environments {
		one := api.OnboardedPreview{Name: e.Name, Refusal: refusalOf(e.Refusal)}
		if e.Preview != nil {
			preview := previewOf(*e.Preview)
			one.Preview = &preview
		}
		out.Environments = append(out.Environments, one)
	}
	return answer(w, http.StatusOK, out)
}

// refusalOf tells what a request would be refused with; nil for nil.
func refusalOf(e *platform.Error) *api.Refusal {
	if e == nil {
		return nil
	}
	out := &api.Refusal{Code: api.ProblemCode(e.Code), Detail: e.Message, Action: optional(e.Action), MissingAction: optional(string(e.Missing))}
	for _, d := range e.Details {
		out.Errors = append(out.Errors, api.ProblemError{Pointer: d.Pointer, Detail: d.Message})
	}
	return out
}
