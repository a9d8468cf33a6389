package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// getEnvironmentBundle answers GET /v1/projects/{project}/environments/{environment}/bundle.
func (a *API) getEnvironmentBundle(w http.ResponseWriter, r *http.Request) error {
	b, err := a.service.GetEnvironmentBundle(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "environment"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, api.EnvironmentBundle{Deployment: b.Deployment, Digest: b.Digest, Files: b.Files})
}
