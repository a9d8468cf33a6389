package simulation

import (
	"context"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

var _ platform.Store = (*storePort)(nil)

// Project and the others below are the store's own, through the seam.
func (s *storePort) Project(_ context.Context, name string) (platform.Project, error) {
	return get(s.world, "read project", func(ctx context.Context) (platform.Project, error) { return s.store.Project(ctx, name) })
}

func (s *storePort) Projects(_ context.Context, page platform.Page) ([]platform.Project, string, error) {
	return list(s.world, "list projects", func(ctx context.Context) ([]platform.Project, string, error) { return s.store.Projects(ctx, page) })
}

func (s *storePort) Environment(_ context.Context, project, name string) (platform.Environment, error) {
	return get(s.world, "read environment", func(ctx context.Context) (platform.Environment, error) {
		return s.store.Environment(ctx, project, name)
	})
}

func (s *storePort) Environments(_ context.Context, project string, page platform.Page) ([]platform.Environment, string, error) {
	return list(s.world, "list environments", func(ctx context.Context) ([]platform.Environment, string, error) {
		return s.store.Environments(ctx, project, page)
	})
}

func (s *storePort) EnvironmentNames(_ context.Context, project, environmentType, after string, limit int) ([]string, error) {
	return get(s.world, "list names of environments", func(ctx context.Context) ([]string, error) {
		return s.store.EnvironmentNames(ctx, project, environmentType, after, limit)
	})
}

func (s *storePort) Deployment(_ context.Context, project, environment, id string) (platform.Deployment, error) {
	return get(s.world, "read deployment", func(ctx context.Context) (platform.Deployment, error) {
		return s.store.Deployment(ctx, project, environment, id)
	})
}

func (s *storePort) Deployments(_ context.Context, project, environment string, page platform.Page) ([]platform.Deployment, string, error) {
	return list(s.world, "list deployments", func(ctx context.Context) ([]platform.Deployment, string, error) {
		return s.store.Deployments(ctx, project, environment, page)
	})
}

func (s *storePort) Operation(_ context.Context, id string) (platform.Operation, error) {
	return get(s.world, "read operation", func(ctx context.Context) (platform.Operation, error) { return s.store.Operation(ctx, id) })
}

func (s *storePort) Operations(_ context.Context, project string, filter platform.OperationFilter, page platform.Page) ([]platform.Operation, string, error) {
	return list(s.world, "list operations", func(ctx context.Context) ([]platform.Operation, string, error) {
		return s.store.Operations(ctx, project, filter, page)
	})
}

func (s *storePort) ValueHead(_ context.Context, scope platform.ValueScope) (platform.ValueVersion, error) {
	return get(s.world, "read values", func(ctx context.Context) (platform.ValueVersion, error) { return s.store.ValueHead(ctx, scope) })
}

func (s *storePort) ValueVersion(_ context.Context, scope platform.ValueScope, number int64) (platform.ValueVersion, error) {
	return get(s.world, "read version of values", func(ctx context.Context) (platform.ValueVersion, error) {
		return s.store.ValueVersion(ctx, scope, number)
	})
}

func (s *storePort) ValueVersions(_ context.Context, scope platform.ValueScope, page platform.Page) ([]platform.ValueVersion, string, error) {
	return list(s.world, "list versions of values", func(ctx context.Context) ([]platform.ValueVersion, string, error) {
		return s.store.ValueVersions(ctx, scope, page)
	})
}

func (s *storePort) PutBody(_ context.Context, project, id string, content []byte) (ref platform.BodyRef, err error) {
	err = put(s.world, "put body", func(ctx context.Context) error {
		ref, err = s.store.PutBody(ctx, project, id, content)
		return err
	})
	return ref, err
}

// Body reads what never changes.
func (s *storePort) Body(_ context.Context, project string, ref platform.BodyRef) (content []byte, err error) {
	err = s.instant("read body", func() (err error) {
		content, err = s.store.Body(background(), project, ref)
		return err
	})
	return content, unavailable(err)
}

func (s *storePort) OpenOperation(_ context.Context, id, project string, at time.Time) error {
	return put(s.world, "open operation", func(ctx context.Context) error { return s.store.OpenOperation(ctx, id, project, at) })
}

func (s *storePort) CloseOperation(_ context.Context, id string) error {
	return put(s.world, "close operation", func(ctx context.Context) error { return s.store.CloseOperation(ctx, id) })
}

func (s *storePort) OpenOperations(_ context.Context, page platform.Page) ([]platform.OpenOperation, string, error) {
	return list(s.world, "list open operations", func(ctx context.Context) ([]platform.OpenOperation, string, error) {
		return s.store.OpenOperations(ctx, page)
	})
}

func (s *storePort) PutDue(_ context.Context, d platform.DueEnvironment) error {
	return put(s.world, "list as due", func(ctx context.Context) error { return s.store.PutDue(ctx, d) })
}

func (s *storePort) DueEnvironments(_ context.Context, until time.Time, page platform.Page) ([]platform.DueEnvironment, string, error) {
	return list(s.world, "list what is due", func(ctx context.Context) ([]platform.DueEnvironment, string, error) {
		return s.store.DueEnvironments(ctx, until, page)
	})
}

func (s *storePort) RemoveDue(_ context.Context, d platform.DueEnvironment) error {
	return put(s.world, "take off what is due", func(ctx context.Context) error { return s.store.RemoveDue(ctx, d) })
}

func (s *storePort) CatalogHead(context.Context) (platform.CatalogHead, error) {
	return get(s.world, "read head of catalog", s.store.CatalogHead)
}

func (s *storePort) DirectoryHead(context.Context) (platform.DirectoryHead, error) {
	return get(s.world, "read head of directory", s.store.DirectoryHead)
}

func (s *storePort) Usage(_ context.Context, project string) (platform.Usage, error) {
	return get(s.world, "read usage", func(ctx context.Context) (platform.Usage, error) { return s.store.Usage(ctx, project) })
}

func (s *storePort) AuditEvents(_ context.Context, filter platform.AuditFilter, page platform.Page) ([]platform.AuditEvent, string, error) {
	return list(s.world, "list audit events", func(ctx context.Context) ([]platform.AuditEvent, string, error) {
		return s.store.AuditEvents(ctx, filter, page)
	})
}

func (s *storePort) RecordRefusal(_ context.Context, e platform.AuditEvent) error {
	return put(s.world, "record refusal", func(ctx context.Context) error { return s.store.RecordRefusal(ctx, e) })
}

func (s *storePort) ForgetAudit(_ context.Context, before time.Time, limit int) (n int, err error) {
	err = put(s.world, "forget audit", func(ctx context.Context) error {
		n, err = s.store.ForgetAudit(ctx, before, limit)
		return err
	})
	return n, err
}

func (s *storePort) Outbox(_ context.Context, project, operation string) ([]platform.Message, error) {
	return get(s.world, "read outbox", func(ctx context.Context) ([]platform.Message, error) { return s.store.Outbox(ctx, project, operation) })
}

func (s *storePort) Sent(_ context.Context, messages ...platform.Message) error {
	return put(s.world, "remove from outbox", func(ctx context.Context) error { return s.store.Sent(ctx, messages...) })
}
