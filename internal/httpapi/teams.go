package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// listTeams answers GET /v1/teams.
func (a *API) listTeams(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	teams, next, err := a.service.ListTeams(r.Context(), callerFrom(r), page)
	if err != nil {
		return err
	}
	list := api.TeamList{Value: []api.Team{}, NextLink: a.nextLink(r, next)}
	for _, t := range teams {
		list.Value = append(list.Value, teamOf(t))
	}
	return answer(w, http.StatusOK, list)
}

// getTeam answers GET /v1/teams/{team}.
func (a *API) getTeam(w http.ResponseWriter, r *http.Request) error {
	t, err := a.service.GetTeam(r.Context(), callerFrom(r), pathValue(r, "team"))
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(t.Revision))
	return answer(w, http.StatusOK, teamOf(t))
}

// putTeam answers PUT /v1/teams/{team}.
func (a *API) putTeam(w http.ResponseWriter, r *http.Request) error {
	var body api.TeamSpec
	if err := decode(r, &body); err != nil {
		return err
	}
	pre, err := preconditions(r)
	if err != nil {
		return err
	}
	quota, err := quotaFrom(body.Quota)
	if err != nil {
		return err
	}
	spec := platform.TeamSpec{Title: body.Title, Quota: quota}
	if body.Members != nil {
		spec.Members = []platform.Member{}
	}
	for _, m := range body.Members {
		spec.Members = append(spec.Members, platform.Member{ID: m.ID, Kind: kindFrom(m.Kind), Role: platform.Role(m.Role), ExpiresAt: given(m.ExpiresAt), Comment: given(m.Comment)})
	}
	t, created, err := a.service.PutTeam(r.Context(), callerFrom(r), pathValue(r, "team"), spec, pre)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(t.Revision))
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return answer(w, status, teamOf(t))
}

// deleteTeam answers DELETE /v1/teams/{team}.
func (a *API) deleteTeam(w http.ResponseWriter, r *http.Request) error {
	if err := a.service.DeleteTeam(r.Context(), callerFrom(r), pathValue(r, "team")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func teamOf(t platform.TeamView) api.Team {
	out := api.Team{Name: t.Name, Title: t.Title, Members: []api.TeamMember{}, Projects: t.Projects, Quota: quotaOf(t.Quota), Etag: etag(t.Revision),
		CreatedAt: t.CreatedAt.UTC(), UpdatedAt: t.UpdatedAt.UTC()}
	for _, m := range t.Members {
		out.Members = append(out.Members, api.TeamMember{ID: m.ID, Kind: kindTo(m.Kind), Role: string(m.Role), ExpiresAt: optionalTime(m.ExpiresAt), Comment: optional(m.Comment)})
	}
	return out
}
