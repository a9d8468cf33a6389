package httpapi

import (
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// listSubscriptions answers GET /v1/projects/{project}/subscriptions.
func (a *API) listSubscriptions(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	found, next, err := a.service.ListSubscriptions(r.Context(), callerFrom(r), pathValue(r, "project"), page)
	if err != nil {
		return err
	}
	list := api.SubscriptionList{Value: []api.Subscription{}, NextLink: a.nextLink(r, next)}
	for _, s := range found {
		list.Value = append(list.Value, subscriptionOf(s, ""))
	}
	return answer(w, http.StatusOK, list)
}

// getSubscription answers GET /v1/projects/{project}/subscriptions/{subscription}.
func (a *API) getSubscription(w http.ResponseWriter, r *http.Request) error {
	s, err := a.service.GetSubscription(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "subscription"))
	if err != nil {
		return err
	}
	return answerSubscription(w, http.StatusOK, platform.SubscriptionView{Subscription: s})
}

// putSubscription answers PUT /v1/projects/{project}/subscriptions/{subscription}.
func (a *API) putSubscription(w http.ResponseWriter, r *http.Request) error {
	var body api.SubscriptionSpec
	if err := decode(r, &body); err != nil {
		return err
	}
	pre, err := preconditions(r)
	if err != nil {
		return err
	}
	spec := platform.SubscriptionSpec{Address: body.Address, Types: body.Types, Environments: body.Environments}
	view, err := a.service.PutSubscription(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "subscription"), spec, pre)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if view.Created {
		status = http.StatusCreated
	}
	return answerSubscription(w, status, view)
}

// deleteSubscription answers DELETE /v1/projects/{project}/subscriptions/{subscription}.
func (a *API) deleteSubscription(w http.ResponseWriter, r *http.Request) error {
	pre, err := preconditions(r)
	if err != nil {
		return err
	}
	if err := a.service.DeleteSubscription(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "subscription"), pre); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// rotateSubscriptionSecret answers POST /v1/projects/{project}/subscriptions/{subscription}/secrets.
func (a *API) rotateSubscriptionSecret(w http.ResponseWriter, r *http.Request) error {
	view, err := a.service.RotateSubscriptionSecret(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "subscription"))
	if err != nil {
		return err
	}
	return answerSubscription(w, http.StatusOK, view)
}

// listDeliveries answers GET /v1/projects/{project}/subscriptions/{subscription}/deliveries.
func (a *API) listDeliveries(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	found, next, err := a.service.ListDeliveries(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "subscription"), page)
	if err != nil {
		return err
	}
	list := api.DeliveryList{Value: []api.Delivery{}, NextLink: a.nextLink(r, next)}
	for _, d := range found {
		list.Value = append(list.Value, deliveryOf(d))
	}
	return answer(w, http.StatusOK, list)
}

// redeliverEvent answers POST /v1/projects/{project}/subscriptions/{subscription}/deliveries/{delivery}/attempts.
func (a *API) redeliverEvent(w http.ResponseWriter, r *http.Request) error {
	d, err := a.service.RedeliverEvent(r.Context(), callerFrom(r), pathValue(r, "project"), pathValue(r, "subscription"), pathValue(r, "delivery"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusAccepted, deliveryOf(d))
}

func answerSubscription(w http.ResponseWriter, status int, view platform.SubscriptionView) error {
	w.Header().Set("ETag", etag(view.Revision))
	return answer(w, status, subscriptionOf(view.Subscription, view.Secret))
}

func subscriptionOf(s platform.Subscription, secret string) api.Subscription {
	out := api.Subscription{Project: s.Project, Name: s.Name, Address: s.Address, Types: []string{}, Environments: []string{},
		State: api.SubscriptionState(s.State), Reason: optional(s.Reason), Failures: s.Failures, FailingSince: optionalTime(s.FailingSince), RetryAt: optionalTime(s.RetryAt),
		Secret: optional(secret), CreatedAt: s.CreatedAt.UTC(), CreatedBy: s.CreatedBy, UpdatedAt: s.UpdatedAt.UTC(), Etag: etag(s.Revision)}
	out.Types = append(out.Types, s.Types...)
	out.Environments = append(out.Environments, s.Environments...)
	return out
}

func deliveryOf(d platform.Delivery) api.Delivery {
	return api.Delivery{ID: d.ID, Event: d.Event, Type: d.Type, Subject: d.Subject, At: d.At.UTC(), Status: api.DeliveryStatus(d.Status), Attempts: d.Attempt,
		TriedAt: optionalTime(d.TriedAt), NextAt: optionalTime(d.NextAt), Answer: optional(d.Answer), Problem: optional(d.Problem)}
}
