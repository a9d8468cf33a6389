package platform

import (
	"context"
	"fmt"
	"time"
)

// Hooks sends to web addresses that people typed.
type Hooks interface {
	// Check says what is wrong with an address, in words for the person who typed it.
	Check(address string) error
	// Post sends body once, signed with each of secrets. Answer is the status of the answer, 0 when there was none; problem says in
	// words of ours why it was no success, and is empty when it was one.
	Post(ctx context.Context, address string, body []byte, secrets []string) (answer int, problem string)
}

// ListDeliveries lists what was sent to a subscription, newest event first.
func (s *Service) ListDeliveries(ctx context.Context, c Caller, project, name string, page Page) ([]Delivery, string, error) {
	if _, err := s.project(ctx, c, project, SubscriptionsRead); err != nil {
		return nil, "", err
	}
	if _, err := s.subscription(ctx, project, name); err != nil {
		return nil, "", err
	}
	return s.Store.Deliveries(ctx, project, name, page)
}

// RedeliverEvent sends an event once more, whatever became of it, and tries again for as long as a new one.
func (s *Service) RedeliverEvent(ctx context.Context, c Caller, project, name, id string) (Delivery, error) {
	if _, err := s.project(ctx, c, project, SubscriptionsWrite); err != nil {
		return Delivery{}, err
	}
	sub, err := s.subscription(ctx, project, name)
	if err != nil {
		return Delivery{}, err
	}
	if sub.State != SubscriptionActive {
		return Delivery{}, Errorf(Conflict, "Subscription %s is disabled: %s", name, sub.Reason).Do("Mend the receiver, then put the subscription again.")
	}
	if !deliveryIDPattern.MatchString(id) {
		return Delivery{}, noDelivery(id)
	}
	d, err := s.Store.Delivery(ctx, project, name, id)
	if isCode(err, NotFound) {
		return Delivery{}, noDelivery(id)
	}
	if err != nil {
		return Delivery{}, err
	}
	d.Status, d.Since, d.NextAt = DeliveryPending, s.Now(), s.Now()
	news, err := s.newNews(ctx, project)
	if err != nil {
		return Delivery{}, err
	}
	if err := s.Store.PutDelivery(ctx, d); err != nil {
		return Delivery{}, err
	}
	// What has it tried again and the note that somebody asked for it are one transaction. Dying before leaves a delivery that waits until
	// it is asked for again.
	message := d.message()
	message.Operation = news.id
	audit := s.audit(c, "redeliverEvent", project, "/projects/"+project+"/subscriptions/"+name, "", id)
	if err := s.Store.Commit(ctx, Transaction{Project: project, Audit: []AuditEvent{audit}, Outbox: []Message{message}}); err != nil {
		return Delivery{}, err
	}
	s.Relay.HintNews(project, news.id)
	return d, nil
}

func noDelivery(id string) error {
	return Errorf(NotFound, "There is no delivery %q.", clip(id, 100)).Do("List them: lazuli subscription deliveries")
}

// DeliverEvent is the work behind an event: a delivery for each subscription that wants it, and a message that asks for its
// first attempt. The same event again finds the deliveries there, and asks again for those that are not done. It sends to
// nobody itself, so that no receiver holds up another.
func (s *Service) DeliverEvent(ctx context.Context, e CloudEvent) error {
	project, _ := e.place()
	if !ValidName(project) {
		return nil // an answer to a request: nobody can subscribe to those
	}
	subs, err := s.subscriptionsOf(ctx, project)
	if err != nil {
		return err
	}
	for _, sub := range subs {
		if !sub.wants(e) {
			continue
		}
		d, err := e.delivery(sub, s.Now())
		if err != nil {
			s.Log.Error("event cannot be delivered", "error", err)
			return nil
		}
		if err := s.enqueueDelivery(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) enqueueDelivery(ctx context.Context, d Delivery) error {
	err := s.Store.PutDelivery(ctx, d)
	if isCode(err, Conflict) {
		if d, err = s.Store.Delivery(ctx, d.Project, d.Subscription, d.ID); err == nil && d.Status != DeliveryPending {
			return nil
		}
	}
	if err != nil {
		return err
	}
	if spread(d.ID, 1000)%16 == 0 { // now and then, for what is kept too long
		old := deliveryID(s.Now().Add(-deliveriesKeptFor), "0")
		if _, err := s.Store.ForgetDeliveries(ctx, d.Project, d.Subscription, old, 100); err != nil {
			s.Log.Warn("old deliveries not removed", "subscription", d.Project+"/"+d.Subscription, "error", err)
		}
	}
	return s.Messenger.Send(ctx, d.message())
}

// AttemptDelivery is the work behind a message of the queue deliveries: one attempt, if it is time. What the row says decides,
// never the message. An error means that nothing is known of the row, and that the message should come again.
func (s *Service) AttemptDelivery(ctx context.Context, project string, ref DeliveryRef) error {
	if !ValidName(project) || !ValidName(ref.Subscription) || !deliveryIDPattern.MatchString(ref.ID) {
		s.Log.Error("message names no delivery", "project", clip(project, 80))
		return nil
	}
	d, err := s.Store.Delivery(ctx, project, ref.Subscription, ref.ID)
	if isCode(err, NotFound) || err == nil && d.Status != DeliveryPending {
		return nil
	}
	if err != nil {
		return err
	}
	sub, err := s.subscription(ctx, project, ref.Subscription)
	now := s.Now()
	switch {
	case isCode(err, NotFound):
		return s.Store.PutDelivery(ctx, d.givenUp("the subscription was removed"))
	case err != nil:
		return err
	case d.Since.Before(sub.CreatedAt): // it was for one of the same name before
		return s.Store.PutDelivery(ctx, d.givenUp("the subscription was removed"))
	case sub.State != SubscriptionActive:
		return s.Store.PutDelivery(ctx, d.givenUp("the subscription is disabled"))
	case d.NextAt.After(now):
		return s.Messenger.Send(ctx, d.message())
	case sub.RetryAt.After(now):
		return s.postpone(ctx, d, sub.RetryAt)
	case sub.Failures > 0:
		return s.probe(ctx, d, sub)
	}
	return s.attempt(ctx, d, sub)
}

// RequeueDelivery asks for an attempt whose message the broker gave up, in a while: the row was not there to be read or written.
func (s *Service) RequeueDelivery(ctx context.Context, project string, ref DeliveryRef) error {
	d := Delivery{Project: project, Subscription: ref.Subscription, ID: ref.ID, NextAt: s.Now().Add(requeueDelay)}
	return s.Messenger.Send(ctx, d.message())
}

// postpone leaves a receiver alone that has just failed with another event.
func (s *Service) postpone(ctx context.Context, d Delivery, until time.Time) error {
	return s.keepDelivery(ctx, d.waits(s.Now().Add(spread(d.ID, until.Sub(s.Now())))))
}

// probe tries a receiver that has failed with one event alone: whoever stores first that it does, does.
func (s *Service) probe(ctx context.Context, d Delivery, sub Subscription) error {
	sub.RetryAt = s.Now().Add(deliveryDelay(sub.Failures))
	err := s.Store.Commit(ctx, Transaction{Project: sub.Project, Subscription: &sub})
	if isCode(err, Conflict) {
		return s.postpone(ctx, d, sub.RetryAt)
	}
	if err != nil {
		return err
	}
	if sub, err = s.Store.Subscription(ctx, sub.Project, sub.Name); err != nil {
		return err
	}
	return s.attempt(ctx, d, sub)
}

func (s *Service) attempt(ctx context.Context, d Delivery, sub Subscription) error {
	if s.Hooks == nil {
		return s.keepDelivery(ctx, d.givenUp("this installation delivers to no web address any more"))
	}
	answer, problem := s.Hooks.Post(ctx, sub.Address, d.Body, sub.secrets(s.SigningKey, s.Now()))
	now := s.Now()
	if problem == "" {
		d = d.taken(answer, now)
		if sub.Failures > 0 || !sub.FailingSince.IsZero() {
			s.noteReceiver(ctx, sub, sub.succeeded())
		}
		return s.keepDelivery(ctx, d)
	}
	trouble := answer == 0 || answer >= 500 || answer == 429
	next := sub.failed(trouble, now)
	s.noteReceiver(ctx, sub, next)
	if next.State == SubscriptionDisabled {
		d.Attempt, d.TriedAt, d.Answer = d.Attempt+1, now, answer
		return s.keepDelivery(ctx, d.givenUp("the subscription is disabled"))
	}
	return s.keepDelivery(ctx, d.refused(answer, problem, now))
}

// keepDelivery stores a delivery and asks for its next attempt. Dying between the two has the message come again, which finds
// the row and asks.
func (s *Service) keepDelivery(ctx context.Context, d Delivery) error {
	if err := s.Store.PutDelivery(ctx, d); err != nil {
		return fmt.Errorf("keep delivery %s: %w", d.ID, err)
	}
	if d.Status != DeliveryPending {
		return nil
	}
	return s.Messenger.Send(ctx, d.message())
}

// noteReceiver stores how a receiver does. Losing it, or a race with another attempt, costs an attempt more or less.
func (s *Service) noteReceiver(ctx context.Context, before, next Subscription) {
	tx := Transaction{Project: next.Project, Subscription: &next}
	news := projectNews{}
	if next.State == SubscriptionDisabled && before.State != SubscriptionDisabled {
		var err error
		if news, err = s.tellDisabled(ctx, before, next, &tx); err != nil {
			s.Log.Warn("subscription not disabled; the next failure will", "subscription", next.Project+"/"+next.Name, "error", err)
			return
		}
	}
	err := s.Store.Commit(ctx, tx)
	switch {
	case err == nil && news.id != "":
		s.Relay.HintNews(next.Project, news.id)
	case err != nil && !isCode(err, Conflict):
		s.Log.Warn("state of a receiver not stored", "subscription", next.Project+"/"+next.Name, "error", err)
	}
}

// tellDisabled adds the event and the note in the audit log: nobody asked for it, so it is the platform's own doing.
func (s *Service) tellDisabled(ctx context.Context, before, next Subscription, tx *Transaction) (projectNews, error) {
	p, err := s.Store.Project(ctx, next.Project)
	if err != nil {
		return projectNews{}, err
	}
	news, err := s.newNews(ctx, p.Name)
	if err != nil {
		return news, err
	}
	self := Caller{ID: "lazuli", App: true}
	news.add(&p, subscriptionDisabled, projectSubject(p.Name)+"/subscriptions/"+next.Name, projectData{Actor: self.ID, Name: next.Name}, s.Now())
	tx.PutProject, tx.Outbox = &p, news.sent
	tx.Audit = []AuditEvent{s.audit(self, "disableSubscription", p.Name, "/projects/"+p.Name+"/subscriptions/"+next.Name, "", next.Reason).changing(before.audited(), next.audited())}
	return news, nil
}
