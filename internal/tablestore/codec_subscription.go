package tablestore

import "github.com/lazuli-platform/lazuli/internal/platform"

// Columns of a subscription; all written by Commit with Subscription.
//
//	name, address, state, reason, revision, createdAt, createdBy, updatedAt
//	types, environments        JSON lists
//	salt, previous, until      what the secrets follow from; no secret
//	failures, failingSince, retryAt
//	removed

const subscriptionPrefix = "sub" + separator

func subscriptionKey(name string) string { return keyOf("sub", name) }

func encodeSubscription(s platform.Subscription) (*row, error) {
	r := newRow(keyOf(s.Project), subscriptionKey(s.Name))
	for name, value := range map[string]string{"name": s.Name, "address": s.Address, "state": string(s.State), "reason": s.Reason,
		"createdBy": s.CreatedBy, "salt": s.Salt, "previous": s.Previous} {
		r.text(name, value)
	}
	r.moment("until", s.Until)
	r.number("failures", int64(s.Failures))
	r.moment("failingSince", s.FailingSince)
	r.moment("retryAt", s.RetryAt)
	r.flag("removed", s.Removed)
	r.number("revision", s.Revision)
	r.moment("createdAt", s.CreatedAt)
	r.moment("updatedAt", s.UpdatedAt)
	return r, r.documents(document{"types", s.Types, len(s.Types) > 0}, document{"environments", s.Environments, len(s.Environments) > 0})
}

func decodeSubscription(r *storedRow, project, etag string) (platform.Subscription, error) {
	var types, environments []string
	r.document("types", &types)
	r.document("environments", &environments)
	s := platform.Subscription{
		Project: project, Name: r.text("name"), Address: r.text("address"), Types: types, Environments: environments,
		State: platform.SubscriptionState(r.text("state")), Reason: r.text("reason"), Salt: r.text("salt"), Previous: r.text("previous"), Until: r.moment("until"),
		Failures: r.count("failures"), FailingSince: r.moment("failingSince"), RetryAt: r.moment("retryAt"), Removed: r.flag("removed"),
		Revision: r.number("revision"), CreatedAt: r.moment("createdAt"), CreatedBy: r.text("createdBy"), UpdatedAt: r.moment("updatedAt"),
		Stored: versionOf(r, etag),
	}
	return s, r.err
}

// Columns of a delivery; written by PutDelivery, removed by ForgetDeliveries.
//
//	id, event, type, subject, at   of the event
//	body                           what is sent, JSON
//	status, attempt, since, triedAt, nextAt, answer, problem

func deliveriesPartition(project, subscription string) string {
	return keyOf("deliveries", project, subscription)
}

func deliveryKey(id string) string { return keyOf(inverted(id)) }

func encodeDelivery(d platform.Delivery) *row {
	r := newRow(deliveriesPartition(d.Project, d.Subscription), deliveryKey(d.ID))
	for name, value := range map[string]string{"id": d.ID, "event": d.Event, "type": d.Type, "subject": d.Subject, "body": string(d.Body),
		"status": string(d.Status), "problem": d.Problem} {
		r.text(name, value)
	}
	r.moment("at", d.At)
	r.number("attempt", int64(d.Attempt))
	r.moment("since", d.Since)
	r.moment("triedAt", d.TriedAt)
	r.moment("nextAt", d.NextAt)
	r.number("answer", int64(d.Answer))
	return r
}

func decodeDelivery(r *storedRow, project, subscription, etag string) (platform.Delivery, error) {
	d := platform.Delivery{
		Project: project, Subscription: subscription, ID: r.text("id"), Event: r.text("event"), Type: r.text("type"), Subject: r.text("subject"),
		Body: r.json("body"), Status: platform.DeliveryStatus(r.text("status")), Problem: r.text("problem"), At: r.moment("at"),
		Attempt: r.count("attempt"), Since: r.moment("since"), TriedAt: r.moment("triedAt"), NextAt: r.moment("nextAt"), Answer: r.count("answer"),
		Stored: versionOf(r, etag),
	}
	return d, r.err
}
