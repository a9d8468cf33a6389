package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// listProjects answers GET /v1/projects.
func (a *API) listProjects(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	projects, next, err := a.service.ListProjects(r.Context(), callerFrom(r), page)
	if err != nil {
		return err
	}
	list := api.ProjectList{Value: []api.Project{}, NextLink: a.nextLink(r, next)}
	for _, p := range projects {
		list.Value = append(list.Value, projectOf(p))
	}
	return answer(w, http.StatusOK, list)
}

// getProject answers GET /v1/projects/{project}.
func (a *API) getProject(w http.ResponseWriter, r *http.Request) error {
	p, err := a.service.GetProject(r.Context(), callerFrom(r), pathValue(r, "project"))
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(p.Revision))
	return answer(w, http.StatusOK, projectOf(p))
}

// putProject answers PUT /v1/projects/{project}.
func (a *API) putProject(w http.ResponseWriter, r *http.Request) error {
	var body api.ProjectSpec
	if err := decode(r, &body); err != nil {
		return err
	}
	pre, err := preconditions(r)
	if err != nil {
		return err
	}
	spec := platform.ProjectSpec{Title: body.Title, Team: body.Team, Members: []platform.Member{}}
	for _, m := range body.Members {
		spec.Members = append(spec.Members, platform.Member{ID: m.ID, Role: platform.Role(m.Role)})
	}
	for _, pin := range body.Pins {
		spec.Pins = append(spec.Pins, platform.Pin{Kind: catalogKinds[string(pin.Kind)], Name: pin.Name, Version: pin.Version})
	}
	if b := body.Budget; b != nil {
		monthly, ok := platform.ParseMoney(b.Monthly)
		if !ok {
			return platform.Errorf(platform.Invalid, "The budget is not an amount.").With(platform.Detail{Pointer: "/budget/monthly", Message: "must be a decimal number such as 500.00"})
		}
		spec.Budget = &platform.Budget{Monthly: monthly, Over: platform.OverBudget(b.Over)}
	}
	p, created, err := a.service.PutProject(r.Context(), callerFrom(r), pathValue(r, "project"), spec, pre)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(p.Revision))
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return answer(w, status, projectOf(p))
}

func projectOf(p platform.Project) api.Project {
	out := api.Project{Name: p.Name, Title: p.Title, Team: p.Team, Members: []api.Member{}, Etag: etag(p.Revision),
		CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC()}
	for _, m := range p.Members {
		out.Members = append(out.Members, api.Member{ID: m.ID, Role: api.MemberRole(m.Role)})
	}
	out.Budget = budgetOf(p.Budget)
	for _, pin := range p.Pins {
		out.Pins = append(out.Pins, api.CatalogPin{Kind: api.CatalogPinKind(kindOf(pin.Kind)), Name: pin.Name, Version: pin.Version})
	}
	return out
}

func budgetOf(b *platform.Budget) *api.Budget {
	if b == nil {
		return nil
	}
	return &api.Budget{Monthly: b.Monthly.String(), Over: api.BudgetOver(b.Over)}
}
