package memstore

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func stampSubscription(s *platform.Subscription, v platform.Stored) { s.Stored = v }
func stampDelivery(d *platform.Delivery, v platform.Stored)         { d.Stored = v }

// Subscription reads a subscription, also one that is removed.
func (s *Store) Subscription(ctx context.Context, project, name string) (platform.Subscription, error) {
	return read(ctx, s, s.subscriptions, key{project: project, name: name}, "subscription", stampSubscription)
}

// Subscriptions lists by name, removed ones included.
func (s *Store) Subscriptions(ctx context.Context, project string, p platform.Page) ([]platform.Subscription, string, error) {
	return page(ctx, list(s, s.subscriptions, stampSubscription, func(k key, _ platform.Subscription) (string, bool) {
		return k.name, k.project == project
	}), p)
}

// Delivery reads a delivery with its body.
func (s *Store) Delivery(ctx context.Context, project, subscription, id string) (platform.Delivery, error) {
	return read(ctx, s, s.deliveries, key{project, subscription, id}, "delivery", stampDelivery)
}

// Deliveries lists newest event first, without bodies.
func (s *Store) Deliveries(ctx context.Context, project, subscription string, p platform.Page) ([]platform.Delivery, string, error) {
	bare := func(d *platform.Delivery, v platform.Stored) { d.Body, d.Stored = nil, v }
	return page(ctx, list(s, s.deliveries, bare, func(k key, _ platform.Delivery) (string, bool) {
		return falling(k.id), k.project == project && k.name == subscription
	}), p)
}

// PutDelivery inserts a new delivery, or replaces the version that was read.
func (s *Store) PutDelivery(ctx context.Context, d platform.Delivery) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k, current := key{d.Project, d.Subscription, d.ID}, ""
	if r, ok := s.deliveries[k]; ok {
		current = r.version
	}
	if d.Stored.Version != current {
		return platform.Errorf(platform.Conflict, "Delivery %s was changed at the same time.", d.ID)
	}
	s.writes++
	s.deliveries[k] = &row[platform.Delivery]{value: clone(d), version: strconv.FormatInt(s.writes, 36)}
	return nil
}

// ForgetDeliveries removes deliveries that are older than that of id.
func (s *Store) ForgetDeliveries(ctx context.Context, project, subscription, id string, limit int) (int, error) {
	if err := ended(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var old []key
	for k := range s.deliveries {
		if k.project == project && k.name == subscription && falling(k.id) > falling(id) {
			old = append(old, k)
		}
	}
	slices.SortFunc(old, func(a, b key) int { return strings.Compare(b.id, a.id) })
	old = old[:min(len(old), limit)]
	for _, k := range old {
		delete(s.deliveries, k)
	}
	return len(old), nil
}
