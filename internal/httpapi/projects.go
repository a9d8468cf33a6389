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

// projectBody is api.ProjectSpec with environments whose data is kept as it was sent.
type projectBody struct {
	api.ProjectSpec
	Environments []onboardedBody `json:"environments"`
}

type onboardedBody struct {
	Name string `json:"name"`
	environmentBody
}

// putProject answers PUT /v1/projects/{project}.
func (a *API) putProject(w http.ResponseWriter, r *http.Request) error {
	spec, pre, err := projectRequest(r)
	if err != nil {
		return err
	}
	done, err := a.service.PutProject(r.Context(), callerFrom(r), pathValue(r, "project"), spec, pre)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(done.Revision))
	status := http.StatusOK
	if done.Created {
		status = http.StatusCreated
	}
	return answer(w, status, onboardingOf(done))
}

// projectRequest reads what putProject and previewProject are asked for.
func projectRequest(r *http.Request) (spec platform.ProjectSpec, pre platform.Preconditions, err error) {
	var body projectBody
	if err = decode(r, &body); err != nil {
		return spec, pre, err
	}
	if pre, err = preconditions(r); err != nil {
		return spec, pre, err
	}
	spec, err = body.spec()
	return spec, pre, err
}

func (b projectBody) spec() (platform.ProjectSpec, error) {
	spec := platform.ProjectSpec{Title: b.Title, Team: b.Team, Members: membersFrom(b.Members), EnvironmentTypes: b.EnvironmentTypes}
	for _, pin := range b.Pins {
		spec.Pins = append(spec.Pins, platform.Pin{Kind: catalogKinds[string(pin.Kind)], Name: pin.Name, Version: pin.Version})
	}
	if b.Budget != nil {
		monthly, ok := platform.ParseMoney(b.Budget.Monthly)
		if !ok {
			return spec, platform.Errorf(platform.Invalid, "The budget is not an amount.").With(platform.Detail{Pointer: "/budget/monthly", Message: "must be a decimal number such as 500.00"})
		}
		spec.Budget = &platform.Budget{Monthly: monthly, Over: platform.OverBudget(b.Budget.Over)}
	}
	for _, e := range b.Environments {
		spec.Environments = append(spec.Environments, platform.OnboardedEnvironment{Name: e.Name, EnvironmentSpec: e.environmentBody.spec()})
	}
	var err error
	spec.Quota, err = quotaFrom(b.Quota)
	return spec, err
}

// membersFrom keeps the difference between none and not spoken of.
func membersFrom(members []api.Member) []platform.Member {
	if members == nil {
		return nil
	}
	out := make([]platform.Member, 0, len(members))
	for _, m := range members {
		out = append(out, platform.Member{ID: m.ID, Kind: kindFrom(m.Kind), Role: platform.Role(m.Role), EnvironmentType: given(m.EnvironmentType),
			Environment: given(m.Environment), ExpiresAt: given(m.ExpiresAt), Comment: given(m.Comment)})
	}
	return out
}

func quotaFrom(q *api.Quota) (*platform.Quota, error) {
	if q == nil {
		return nil, nil
	}
	for name, n := range map[string]*int{"environments": q.Environments, "runningOperations": q.RunningOperations, "deploymentsPerHour": q.DeploymentsPerHour} {
		if n != nil && *n < 1 {
			return nil, platform.Errorf(platform.Invalid, "The quota is not valid.").With(platform.Detail{Pointer: "/quota/" + name, Message: "must be 1 or more, or left out"})
		}
	}
	return &platform.Quota{Environments: given(q.Environments), RunningOperations: given(q.RunningOperations), DeploymentsPerHour: given(q.DeploymentsPerHour), Resources: q.Resources}, nil
}

func projectOf(p platform.ProjectView) api.Project {
	out := api.Project{Name: p.Name, Title: p.Title, Team: p.Team, Members: []api.Member{}, Etag: etag(p.Revision), Budget: budgetOf(p.Budget),
		Quota: quotaOf(p.Quota), EnvironmentTypes: p.EnvironmentTypes, CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC()}
	for _, m := range p.Members {
		out.Members = append(out.Members, api.Member{ID: m.ID, Kind: kindTo(m.Kind), Role: string(m.Role), EnvironmentType: optional(m.EnvironmentType),
			Environment: optional(m.Environment), ExpiresAt: optionalTime(m.ExpiresAt), Comment: optional(m.Comment)})
	}
	for _, pin := range p.Pins {
		out.Pins = append(out.Pins, api.CatalogPin{Kind: api.CatalogPinKind(kindOf(pin.Kind)), Name: pin.Name, Version: pin.Version})
	}
	return out
}

func onboardingOf(done platform.Onboarding) api.Onboarding {
	p := projectOf(done.ProjectView)
	out := api.Onboarding{Name: p.Name, Title: p.Title, Team: p.Team, Members: p.Members, Pins: p.Pins, Budget: p.Budget, Quota: p.Quota,
		EnvironmentTypes: p.EnvironmentTypes, Etag: p.Etag, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt}
	for _, op := range done.Operations {
		out.Operations = append(out.Operations, operationOf(op))
	}
	return out
}

func quotaOf(q *platform.Quota) *api.Quota {
	if q == nil {
		return nil
	}
	return &api.Quota{Environments: optional(q.Environments), RunningOperations: optional(q.RunningOperations), DeploymentsPerHour: optional(q.DeploymentsPerHour), Resources: q.Resources}
}

func budgetOf(b *platform.Budget) *api.Budget {
	if b == nil {
		return nil
	}
	return &api.Budget{Monthly: b.Monthly.String(), Over: api.BudgetOver(b.Over)}
}
