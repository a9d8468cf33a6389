package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// listOffers answers GET /v1/projects/{project}/offers.
func (a *API) listOffers(w http.ResponseWriter, r *http.Request) error {
	offers, err := a.service.ListOffers(r.Context(), callerFrom(r), pathValue(r, "project"))
	if err != nil {
		return err
	}
	list := api.OfferList{Value: []api.Offer{}}
	for _, o := range offers {
		list.Value = append(list.Value, offerOf(o))
	}
	return answer(w, http.StatusOK, list)
}

func offerOf(o platform.Offer) api.Offer {
	out := api.Offer{Kind: api.OfferKind(kindOf(o.Kind)), Name: o.Name, Version: o.Version, EnvironmentTypes: []string{}, Withheld: []api.Withheld{}}
	out.EnvironmentTypes = append(out.EnvironmentTypes, o.Types...)
	for _, w := range o.Withheld {
		out.Withheld = append(out.Withheld, api.Withheld{EnvironmentType: w.EnvironmentType, Reason: w.Refusal.Message,
			NextStep: optional(w.Refusal.Action), MissingAction: optional(string(w.Refusal.Missing))})
	}
	return out
}
