package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// getHealth answers GET /v1/health. Anybody may ask: it says nothing about anybody.
func (a *API) getHealth(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, http.StatusOK, api.Health{Status: "ok", Version: a.service.Version})
}

// getMe answers GET /v1/me.
func (a *API) getMe(w http.ResponseWriter, r *http.Request) error {
	me, err := a.service.Me(r.Context(), callerFrom(r))
	if err != nil {
		return err
	}
	body := api.Me{ID: me.ID, Name: me.Name, Kind: "user", Team: optional(me.Caller.Team), Roles: []api.Role{}, Projects: []api.MyProject{}, GroupsOmitted: optional(me.GroupsOmitted)}
	if me.App {
		body.Kind = "application"
	}
	for _, role := range me.Roles {
		body.Roles = append(body.Roles, string(role))
	}
	for _, held := range me.Teams {
		body.Teams = append(body.Teams, api.MyTeam{Team: held.Scope.Team, Role: string(held.Role)})
	}
	for _, held := range me.Projects {
		body.Projects = append(body.Projects, api.MyProject{Project: held.Project, Role: string(held.Role), Scope: held.Scope.String()})
	}
	return answer(w, http.StatusOK, body)
}

// listMyActions answers GET /v1/me/actions.
func (a *API) listMyActions(w http.ResponseWriter, r *http.Request) error {
	var scope platform.Scope
	if text := r.URL.Query().Get("scope"); text != "" {
		var err error
		if scope, err = scopeFrom(text, ""); err != nil {
			return err
		}
	}
	actions, err := a.service.ListMyActions(r.Context(), callerFrom(r), scope)
	if err != nil {
		return err
	}
	body := api.MyActions{Scope: scope.String(), Actions: []string{}}
	for _, action := range actions {
		body.Actions = append(body.Actions, string(action))
	}
	return answer(w, http.StatusOK, body)
}

// accessQuestion is api.AccessQuestion with an environment whose data is kept as it was sent.
type accessQuestion struct {
	api.AccessQuestion
	Environment *environmentBody `json:"environment"`
}

// explainAccess answers POST /v1/access/explain.
func (a *API) explainAccess(w http.ResponseWriter, r *http.Request) error {
	var body accessQuestion
	if err := decode(r, &body); err != nil {
		return err
	}
	q := platform.AccessQuestion{Action: platform.Permission(body.Action), Operation: given(body.Operation)}
	if body.Scope != nil {
		var err error
		if q.Scope, err = scopeFrom(*body.Scope, "/scope"); err != nil {
			return err
		}
	}
	if p := body.Principal; p != nil {
		if !platform.ValidPrincipal(p.ID) {
			return platform.Errorf(platform.Invalid, "The principal is not valid.").With(platform.Detail{Pointer: "/principal/id", Message: "must be an object id"})
		}
		q.Principal, q.Groups = &platform.Principal{Kind: kindFrom(p.Kind), ID: p.ID}, p.Groups
	}
	if body.Environment != nil {
		spec := body.Environment.spec()
		q.Environment = &spec
	}
	e, err := a.service.ExplainAccess(r.Context(), callerFrom(r), q)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, explanationOf(e))
}

func explanationOf(e platform.AccessExplanation) api.AccessExplanation {
	out := api.AccessExplanation{Allowed: e.Allowed, Action: string(e.Action), Scope: e.Target.String(), Considered: []api.WeighedAssignment{},
		GroupsOmitted: optional(e.GroupsOmitted), OwnRequest: optional(e.OwnRequest)}
	if e.By != nil {
		by := weighedOf(platform.Weighed{Assignment: *e.By, Verdict: platform.VerdictAllows})
		out.DecidedBy = &by
	}
	for _, w := range e.Considered {
		out.Considered = append(out.Considered, weighedOf(w))
	}
	for _, a := range e.Ask {
		out.Ask = append(out.Ask, assignmentOf(a))
	}
	if e.Refusal != nil {
		code := api.ProblemCode(e.Refusal.Code)
		out.Reason, out.Code, out.NextStep = optional(e.Refusal.Message), &code, optional(e.Refusal.Action)
	}
	if e.Assessment != nil {
		out.Policies, out.Budgets = policiesOf(e.Assessment.Policies), budgetsOf(e.Assessment.Budgets)
		out.Quotas, out.Approval = quotasOf(e.Assessment.Quotas), approvalOf(e.Assessment.Approval)
	}
	return out
}

func weighedOf(w platform.Weighed) api.WeighedAssignment {
	out := api.WeighedAssignment{Scope: w.Scope.String(), Role: string(w.Role), Verdict: string(w.Verdict), ExpiresAt: optionalTime(w.ExpiresAt)}
	from := "assignment"
	if w.Principal.ID == "" { // what no directory holds
		from = w.ID
	} else {
		out.ID, out.Kind = &w.Principal.ID, kindTo(w.Principal.Kind)
	}
	out.From = &from
	return out
}
