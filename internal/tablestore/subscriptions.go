package tablestore

import (
	"context"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Subscription reads a subscription, also one that is removed.
func (s *Store) Subscription(ctx context.Context, project, name string) (platform.Subscription, error) {
	r, etag, err := s.getRoot(ctx, project, subscriptionKey(name))
	if err != nil {
		return platform.Subscription{}, fmt.Errorf("read subscription %s/%s: %w", project, name, err)
	}
	if r == nil {
		return platform.Subscription{}, notFound("There is no subscription %q in project %q.", name, project)
	}
	return decodeSubscription(r, project, etag)
}

// Subscriptions lists the subscriptions of a project by name, removed ones included.
func (s *Store) Subscriptions(ctx context.Context, project string, page platform.Page) ([]platform.Subscription, string, error) {
	f := inPartition(keyOf(project)).withPrefix(subscriptionPrefix)
	rows, next, err := s.list(ctx, s.projects, f, subscriptionPrefix, page)
	if err != nil {
		return nil, "", fmt.Errorf("list subscriptions of %s: %w", project, err)
	}
	found, err := collect(ctx, rows, func(ctx context.Context, r *storedRow) (platform.Subscription, error) {
		if err := s.restore(ctx, project, r); err != nil {
			return platform.Subscription{}, err
		}
		return decodeSubscription(r, project, r.ETag)
	})
	return found, next, err
}

// Delivery reads a delivery with its body.
func (s *Store) Delivery(ctx context.Context, project, subscription, id string) (platform.Delivery, error) {
	r, etag, err := s.get(ctx, s.index, deliveriesPartition(project, subscription), deliveryKey(id))
	if err == nil && r != nil {
		err = s.restore(ctx, project, r)
	}
	if err != nil {
		return platform.Delivery{}, fmt.Errorf("read delivery %s of %s/%s: %w", id, project, subscription, err)
	}
	if r == nil {
		return platform.Delivery{}, notFound("There is no delivery %q.", id)
	}
	return decodeDelivery(r, project, subscription, etag)
}

// Deliveries lists newest event first, without bodies.
func (s *Store) Deliveries(ctx context.Context, project, subscription string, page platform.Page) ([]platform.Delivery, string, error) {
	rows, next, err := s.list(ctx, s.index, inPartition(deliveriesPartition(project, subscription)), "", page)
	if err != nil {
		return nil, "", fmt.Errorf("list deliveries of %s/%s: %w", project, subscription, err)
	}
	out := make([]platform.Delivery, 0, len(rows))
	for _, r := range rows {
		d, err := decodeDelivery(r, project, subscription, r.ETag)
		if err != nil {
			return nil, "", err
		}
		d.Body = nil
		out = append(out, d)
	}
	return out, next, nil
}

// PutDelivery inserts a new delivery, or replaces the version that was read.
func (s *Store) PutDelivery(ctx context.Context, d platform.Delivery) error {
	r := encodeDelivery(d)
	if err := s.spill(ctx, d.Project, r); err != nil {
		return fmt.Errorf("store body of delivery %s: %w", d.ID, err)
	}
	etag, _ := splitVersion(d.Stored)
	if etag == "" {
		taken, err := s.insert(ctx, s.index, r)
		if err != nil {
			return fmt.Errorf("store delivery %s: %w", d.ID, err)
		}
		if taken {
			return deliveryConflict(d)
		}
		return nil
	}
	entity, err := r.encode()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	version := azcore.ETag(etag)
	_, err = s.index.UpdateEntity(ctx, entity, &aztables.UpdateEntityOptions{IfMatch: &version, UpdateMode: aztables.UpdateModeReplace})
	if isStatus(err, http.StatusPreconditionFailed, string(aztables.UpdateConditionNotSatisfied)) || isMissingRow(err) {
		return deliveryConflict(d)
	}
	return s.failure(err)
}

func deliveryConflict(d platform.Delivery) error {
	return platform.Errorf(platform.Conflict, "Delivery %s was changed at the same time.", d.ID).Do("Read it again.")
}

// ForgetDeliveries removes rows beyond that of id; newest come first, so these are older.
func (s *Store) ForgetDeliveries(ctx context.Context, project, subscription, id string, limit int) (int, error) {
	partition := deliveriesPartition(project, subscription)
	rows, err := s.scan(ctx, s.index, inPartition(partition).beyond(deliveryKey(id)), limit)
	if err != nil {
		return 0, fmt.Errorf("find old deliveries of %s/%s: %w", project, subscription, err)
	}
	for n, r := range rows {
		if err := s.remove(ctx, s.index, partition, r.RowKey); err != nil {
			return n, fmt.Errorf("remove old deliveries of %s/%s: %w", project, subscription, err)
		}
	}
	return len(rows), nil
}
