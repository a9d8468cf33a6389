package platform

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Subscriptions keeps subscriptions and what was delivered to them. Changes of a subscription come with Commit.
// internal/storetest is the promise as a suite.
type Subscriptions interface {
	// Subscription reads one, also one that is removed.
	Subscription(ctx context.Context, project, name string) (Subscription, error)
	// Subscriptions lists by name, removed ones included.
	Subscriptions(ctx context.Context, project string, page Page) ([]Subscription, string, error)
	Delivery(ctx context.Context, project, subscription, id string) (Delivery, error)
	// Deliveries lists newest event first, without their bodies.
	Deliveries(ctx context.Context, project, subscription string, page Page) ([]Delivery, string, error)
	// PutDelivery stores a delivery: a new one when Stored is zero, else that version of it; otherwise it is a Conflict.
	PutDelivery(ctx context.Context, d Delivery) error
	// ForgetDeliveries removes at most limit deliveries that are older than that of id, and says how many.
	ForgetDeliveries(ctx context.Context, project, subscription, id string, limit int) (int, error)
}

// SubscriptionView is a subscription with the secret when it is to be shown: at its creation and its exchange, and never again.
type SubscriptionView struct {
	Subscription
	Secret  string
	Created bool
}

// ListSubscriptions lists the subscriptions of a project by name. A page may be short and still have a next one.
func (s *Service) ListSubscriptions(ctx context.Context, c Caller, project string, page Page) ([]Subscription, string, error) {
	if _, err := s.project(ctx, c, project, SubscriptionsRead); err != nil {
		return nil, "", err
	}
	found, next, err := s.Store.Subscriptions(ctx, project, page)
	return slices.DeleteFunc(found, func(s Subscription) bool { return s.Removed }), next, err
}

// GetSubscription returns one subscription, without its secret.
func (s *Service) GetSubscription(ctx context.Context, c Caller, project, name string) (Subscription, error) {
	if _, err := s.project(ctx, c, project, SubscriptionsRead); err != nil {
		return Subscription{}, err
	}
	return s.subscription(ctx, project, name)
}

func (s *Service) subscription(ctx context.Context, project, name string) (Subscription, error) {
	if !ValidName(name) {
		return Subscription{}, noSubscription(project, name)
	}
	sub, err := s.Store.Subscription(ctx, project, name)
	if isCode(err, NotFound) || err == nil && sub.Removed {
		return sub, noSubscription(project, name)
	}
	return sub, err
}

func noSubscription(project, name string) error {
	return Errorf(NotFound, "There is no subscription %q in project %s.", clip(name, 80), project).Do("List them: lazuli subscription list %s", project)
}

// subscriber is a project whose events the caller may send elsewhere: nobody subscribes to what he may not read.
func (s *Service) subscriber(ctx context.Context, c Caller, project string) error {
	g, p, err := s.projectFor(ctx, c, project, SubscriptionsWrite)
	if err != nil {
		return err
	}
	for _, a := range []Permission{EnvironmentsRead, OperationsRead} {
		if err := g.require(a, p.Target()); err != nil {
			return err
		}
	}
	return nil
}

// PutSubscription makes a subscription, or replaces what one says and switches it on again. The secret is shown for a new one.
func (s *Service) PutSubscription(ctx context.Context, c Caller, project, name string, spec SubscriptionSpec, pre Preconditions) (SubscriptionView, error) {
	if err := s.subscriber(ctx, c, project); err != nil {
		return SubscriptionView{}, err
	}
	if err := checkName("a subscription", name); err != nil {
		return SubscriptionView{}, err
	}
	if wrong := spec.check(); len(wrong) > 0 {
		return SubscriptionView{}, Errorf(Invalid, "The subscription is not valid.").With(wrong...)
	}
	if s.Hooks == nil {
		return SubscriptionView{}, Errorf(Invalid, "This installation delivers to no web address.").Do("Ask the platform team to set LAZULI_WEBHOOK_HOSTS.")
	}
	if err := s.Hooks.Check(spec.Address); err != nil {
		return SubscriptionView{}, Errorf(Invalid, "The address cannot be delivered to.").With(Detail{"/address", err.Error()}).
			Do("Use an https address on an allowed host; the platform team keeps the list in LAZULI_WEBHOOK_HOSTS.")
	}
	return s.changeSubscription(ctx, c, "putSubscription", project, name, func(now Subscription, exists bool) (Subscription, error) {
		if err := pre.check("Subscription "+name, exists, now.Revision); err != nil {
			return now, err
		}
		if !exists {
			if err := s.roomForSubscription(ctx, project); err != nil {
				return now, err
			}
			now = Subscription{Project: project, Name: name, Salt: s.NewID(), Revision: now.Revision, CreatedAt: s.Now(), CreatedBy: c.ID, Stored: now.Stored}
		}
		now.Address, now.Types, now.Environments = spec.Address, slices.Clone(spec.Types), slices.Clone(spec.Environments)
		now.State, now.Reason = SubscriptionActive, ""
		return now.succeeded(), nil
	})
}

func (s *Service) roomForSubscription(ctx context.Context, project string) error {
	live, err := s.subscriptionsOf(ctx, project)
	if err == nil && len(live) >= maxSubscriptions {
		err = Errorf(QuotaExceeded, "Project %s has %d subscriptions already.", project, maxSubscriptions).Do("Delete one that nobody needs: lazuli subscription delete")
	}
	return err
}

// subscriptionsOf are those of a project that are there. Names are few, since each was one of at most a score at a time; the
// bound keeps a project that makes and removes them all day from being read for ever.
func (s *Service) subscriptionsOf(ctx context.Context, project string) ([]Subscription, error) {
	var live []Subscription
	page := Page{Size: 200}
	for range 10 {
		found, next, err := s.Store.Subscriptions(ctx, project, page)
		if err != nil {
			return nil, err
		}
		live = append(live, slices.DeleteFunc(found, func(s Subscription) bool { return s.Removed })...)
		if page.After = next; next == "" {
			return live, nil
		}
	}
	return nil, Errorf(QuotaExceeded, "Project %s has had too many names of subscriptions.", project).Do("Use a name that was there before.")
}

// RotateSubscriptionSecret makes a new secret and shows it. Deliveries carry the signatures of both for a day.
func (s *Service) RotateSubscriptionSecret(ctx context.Context, c Caller, project, name string) (SubscriptionView, error) {
	if err := s.subscriber(ctx, c, project); err != nil {
		return SubscriptionView{}, err
	}
	view, err := s.changeSubscription(ctx, c, "rotateSubscriptionSecret", project, name, func(now Subscription, exists bool) (Subscription, error) {
		if !exists {
			return now, noSubscription(project, name)
		}
		now.Previous, now.Until, now.Salt = now.Salt, s.Now().Add(secretOverlap), s.NewID()
		return now, nil
	})
	if err == nil {
		view.Secret = subscriptionSecret(s.SigningKey, project, name, view.Salt)
	}
	return view, err
}

// DeleteSubscription removes a subscription; what was not delivered never will be. What is not there is deleted already.
func (s *Service) DeleteSubscription(ctx context.Context, c Caller, project, name string, pre Preconditions) error {
	if _, err := s.project(ctx, c, project, SubscriptionsWrite); err != nil {
		return err
	}
	_, err := s.changeSubscription(ctx, c, "deleteSubscription", project, name, func(now Subscription, exists bool) (Subscription, error) {
		if !exists {
			return now, errNoChange
		}
		if err := pre.check("Subscription "+name, exists, now.Revision); err != nil {
			return now, err
		}
		return Subscription{Project: project, Name: name, Removed: true, Revision: now.Revision, CreatedAt: now.CreatedAt, CreatedBy: now.CreatedBy, Stored: now.Stored}, nil
	})
	return err
}

// changeSubscription reads, decides and stores, again when somebody else was faster.
func (s *Service) changeSubscription(ctx context.Context, c Caller, action, project, name string, change func(Subscription, bool) (Subscription, error)) (SubscriptionView, error) {
	if !ValidName(name) {
		return SubscriptionView{}, noSubscription(project, name)
	}
	for range maxDecisions {
		before, err := s.Store.Subscription(ctx, project, name)
		if err != nil && !isCode(err, NotFound) {
			return SubscriptionView{}, err
		}
		exists := err == nil && !before.Removed
		next, err := change(before, exists)
		if errors.Is(err, errNoChange) {
			return SubscriptionView{Subscription: before}, nil
		}
		if err != nil {
			return SubscriptionView{}, err
		}
		next.UpdatedAt, next.Revision = s.Now(), before.Revision+1
		audit := s.audit(c, action, project, "/projects/"+project+"/subscriptions/"+name, "", "").changing(auditedIf(exists, before), auditedIf(!next.Removed, next))
		err = s.Store.Commit(ctx, Transaction{Project: project, Subscription: &next, Audit: []AuditEvent{audit}})
		switch {
		case err == nil:
			view := SubscriptionView{Subscription: next, Created: !exists}
			if view.Created {
				view.Secret = subscriptionSecret(s.SigningKey, project, name, next.Salt)
			}
			return view, nil
		case !isCode(err, Conflict):
			return SubscriptionView{}, fmt.Errorf("change subscription %s/%s: %w", project, name, err)
		}
	}
	return SubscriptionView{}, Errorf(Conflict, "Too many changes to subscription %s at once.", name).Do("Try again.")
}

func auditedIf(there bool, s Subscription) any {
	if !there {
		return nil
	}
	return s.audited()
}
