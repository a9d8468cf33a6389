package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// getProjectUsage answers GET /v1/projects/{project}/usage.
func (a *API) getProjectUsage(w http.ResponseWriter, r *http.Request) error {
	u, err := a.service.GetProjectUsage(r.Context(), callerFrom(r), pathValue(r, "project"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, usageOf(u))
}

// getTeamUsage answers GET /v1/teams/{team}/usage.
func (a *API) getTeamUsage(w http.ResponseWriter, r *http.Request) error {
	u, err := a.service.GetTeamUsage(r.Context(), callerFrom(r), pathValue(r, "team"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, usageOf(u))
}

func usageOf(u platform.UsageView) api.Usage {
	out := api.Usage{Bounds: []api.BoundUse{}, Monthly: u.Monthly.String(), Currency: u.Currency, Budget: budgetOf(u.Budget)}
	for _, b := range u.Bounds {
		out.Bounds = append(out.Bounds, api.BoundUse{Bound: b.Bound, Limit: b.Limit, Used: b.Used})
	}
	return out
}
