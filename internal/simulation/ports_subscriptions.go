package simulation

import (
	"context"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func (s *storePort) Subscription(_ context.Context, project, name string) (platform.Subscription, error) {
	return get(s.world, "read subscription", func(ctx context.Context) (platform.Subscription, error) {
		return s.store.Subscription(ctx, project, name)
	})
}

func (s *storePort) Subscriptions(_ context.Context, project string, page platform.Page) ([]platform.Subscription, string, error) {
	return list(s.world, "list subscriptions", func(ctx context.Context) ([]platform.Subscription, string, error) {
		return s.store.Subscriptions(ctx, project, page)
	})
}

func (s *storePort) Delivery(_ context.Context, project, subscription, id string) (platform.Delivery, error) {
	return get(s.world, "read delivery", func(ctx context.Context) (platform.Delivery, error) {
		return s.store.Delivery(ctx, project, subscription, id)
	})
}

func (s *storePort) Deliveries(_ context.Context, project, subscription string, page platform.Page) ([]platform.Delivery, string, error) {
	return list(s.world, "list deliveries", func(ctx context.Context) ([]platform.Delivery, string, error) {
		return s.store.Deliveries(ctx, project, subscription, page)
	})
}

func (s *storePort) PutDelivery(_ context.Context, d platform.Delivery) error {
	return put(s.world, "put delivery", func(ctx context.Context) error { return s.store.PutDelivery(ctx, d) })
}

func (s *storePort) ForgetDeliveries(_ context.Context, project, subscription, id string, limit int) (n int, err error) {
	err = put(s.world, "forget deliveries", func(ctx context.Context) error {
		n, err = s.store.ForgetDeliveries(ctx, project, subscription, id, limit)
		return err
	})
	return n, err
}
