package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
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
	body := api.Me{ID: me.ID, Name: me.Name, Kind: "user", Team: optional(me.Team), Roles: []api.Role{}, Projects: []api.MyProject{}}
	if me.App {
		body.Kind = "application"
	}
	if me.Admin {
		body.Roles = append(body.Roles, "PlatformAdmin")
	}
	for _, held := range me.Projects {
		body.Projects = append(body.Projects, api.MyProject{Project: held.Project, Role: api.Role(held.Role)})
	}
	return answer(w, http.StatusOK, body)
}
