package platform

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// SubscriptionState says whether events are delivered.
type SubscriptionState string

// The states of a subscription.
const (
	SubscriptionActive   SubscriptionState = "active"
	SubscriptionDisabled SubscriptionState = "disabled" // by the platform, after days of nothing but failures; putting it again mends it
)

// Subscription sends the events of a project to a web address. It belongs to the project: it gets nothing of another one, and
// goes on when whoever made it has left.
type Subscription struct {
	Project      string
	Name         string
	Address      string
	Types        []string // kinds: environment.ready, or operation.* for all of a kind; empty: all
	Environments []string // empty: all, and what is about the project itself
	State        SubscriptionState
	Reason       string // why it is disabled

	// Salt is what the signing secret follows from, together with the platform's key: no secret is stored. Previous is that of
	// the secret before, with which deliveries are signed too until Until.
	Salt, Previous string
	Until          time.Time

	// Failures counts attempts in a row that the receiver did not take, so as to leave him alone until RetryAt. FailingSince is
	// when the last one succeeded, or the first one failed.
	Failures     int
	FailingSince time.Time
	RetryAt      time.Time

	Removed   bool // the row stays, so that one of the same name does not bring back what was for it
	Revision  int64
	CreatedAt time.Time
	CreatedBy string
	UpdatedAt time.Time
	Stored    Stored
}

// SubscriptionSpec is what a caller may say of a subscription.
type SubscriptionSpec struct {
	Address      string
	Types        []string
	Environments []string
}

const (
	maxSubscriptions  = 20 // in a project: each event is looked at once for each
	maxFilters        = 50
	maxAddress        = 1000
	secretOverlap     = 24 * time.Hour     // how long the secret before still signs
	disabledAfter     = 3 * 24 * time.Hour // of nothing but failures
	deliveriesKeptFor = 30 * 24 * time.Hour
)

// check says what is wrong with the filters. The address is for the sender to judge.
func (s SubscriptionSpec) check() []Detail {
	var wrong []Detail
	if len(s.Types) > maxFilters {
		wrong = append(wrong, Detail{"/types", fmt.Sprintf("must have at most %d entries", maxFilters)})
	}
	if len(s.Environments) > maxFilters {
		wrong = append(wrong, Detail{"/environments", fmt.Sprintf("must have at most %d entries", maxFilters)})
	}
	for i, filter := range s.Types {
		if !slices.ContainsFunc(subscribable(), func(t *EventType) bool { return matchesKind(filter, t.kind) }) {
			wrong = append(wrong, Detail{fmt.Sprintf("/types/%d", i), "is no type of event; docs/events.md lists them"})
		}
	}
	for i, name := range s.Environments {
		if !ValidName(name) {
			wrong = append(wrong, Detail{fmt.Sprintf("/environments/%d", i), "is no name of an environment"})
		}
	}
	switch {
	case s.Address == "" || len(s.Address) > maxAddress:
		wrong = append(wrong, Detail{"/address", fmt.Sprintf("must have 1 to %d characters", maxAddress)})
	case strings.ContainsAny(s.Address, "?#"):
		wrong = append(wrong, Detail{"/address", "must have no query: the signature proves who sends, not a key in the address"})
	}
	return wrong
}

// subscribable are the types that are about a project; answers to requests are not.
func subscribable() []*EventType {
	return slices.DeleteFunc(EventTypes(), func(t *EventType) bool { return strings.HasPrefix(t.kind, "request.") })
}

func matchesKind(filter, kind string) bool {
	if prefix, all := strings.CutSuffix(filter, "*"); all {
		return strings.HasSuffix(prefix, ".") && strings.HasPrefix(kind, prefix)
	}
	return filter == kind
}

// wants tells whether an event is one of those that the subscription is for. Its project was looked at before.
func (s Subscription) wants(e CloudEvent) bool {
	if s.Removed || s.State != SubscriptionActive {
		return false
	}
	_, environment := e.place()
	if len(s.Environments) > 0 && !slices.Contains(s.Environments, environment) {
		return false
	}
	kind := e.kind()
	return len(s.Types) == 0 || slices.ContainsFunc(s.Types, func(filter string) bool { return matchesKind(filter, kind) })
}

// subscriptionSecret is what the receiver verifies deliveries with.
func subscriptionSecret(key []byte, project, name, salt string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(strings.Join([]string{"subscription", project, name, salt}, "|")))
	return "lzs_" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// secrets are those that a delivery is signed with now, the newest first.
func (s Subscription) secrets(key []byte, now time.Time) []string {
	out := []string{subscriptionSecret(key, s.Project, s.Name, s.Salt)}
	if s.Previous != "" && now.Before(s.Until) {
		out = append(out, subscriptionSecret(key, s.Project, s.Name, s.Previous))
	}
	return out
}

// failed is the subscription after an attempt that was not taken. Only silence and the receiver's own trouble hold others back.
func (s Subscription) failed(trouble bool, now time.Time) Subscription {
	if s.FailingSince.IsZero() {
		s.FailingSince = now
	}
	if trouble {
		s.Failures++
		s.RetryAt = now.Add(deliveryDelay(s.Failures))
	}
	if now.Sub(s.FailingSince) >= disabledAfter {
		s.State = SubscriptionDisabled
		s.Reason = fmt.Sprintf("Nothing was delivered since %s.", s.FailingSince.UTC().Format(time.RFC3339))
	}
	return s
}

// succeeded is the subscription after an attempt that was taken.
func (s Subscription) succeeded() Subscription {
	s.Failures, s.FailingSince, s.RetryAt = 0, time.Time{}, time.Time{}
	return s
}

type auditSubscription struct {
	Address      string   `json:"address"`
	Types        []string `json:"types,omitempty"`
	Environments []string `json:"environments,omitempty"`
	State        string   `json:"state"`
}

func (s Subscription) audited() any {
	return auditSubscription{s.Address, s.Types, s.Environments, string(s.State)}
}
