package tablestore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
	"golang.org/x/sync/errgroup"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	defaultPage = 50
	maxPage     = 500
	parallel    = 8 // reads at once for one list
)

// scan reads the rows of a filter in order of their keys, at most limit of them; 0 reads all. The service may answer with
// short and even empty pages; only the absence of a continuation is the end.
func (s *Store) scan(ctx context.Context, table *aztables.Client, f filter, limit int) ([]*storedRow, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	options := &aztables.ListEntitiesOptions{Filter: &f.text}
	if limit > 0 {
		top := int32(min(limit, 1000)) //nolint:gosec // not more than 1000
		options.Top = &top
	}
	var rows []*storedRow
	for pager := table.NewListEntitiesPager(options); pager.More(); {
		page, err := pager.NextPage(ctx)
		if err != nil {
			return nil, s.failure(err)
		}
		for _, entity := range page.Entities {
			r, err := readRow(entity)
			if err != nil {
				return nil, err
			}
			if rows = append(rows, r); len(rows) == limit {
				return rows, nil
			}
		}
	}
	return rows, nil
}

// sizeOf is how many rows a page has at most.
func sizeOf(page platform.Page) int {
	if page.Size <= 0 {
		return defaultPage
	}
	return min(page.Size, maxPage)
}

// list reads one page of a range of keys, and the position of the next page if there is one.
func (s *Store) list(ctx context.Context, table *aztables.Client, f filter, prefix string, page platform.Page) ([]*storedRow, string, error) {
	size := sizeOf(page)
	if page.After != "" {
		key, err := readPosition(page.After, prefix)
		if err != nil {
			return nil, "", err
		}
		f = f.beyond(key)
	}
	rows, err := s.scan(ctx, table, f, size+1)
	if err != nil || len(rows) <= size {
		return rows, "", err
	}
	rows = rows[:size]
	return rows, position(rows[size-1].RowKey, prefix), nil
}

// collect turns rows into records, several at once since each may need reads of its own. A record that is not there is
// left out.
func collect[T any](ctx context.Context, rows []*storedRow, read func(context.Context, *storedRow) (T, error)) ([]T, error) {
	found := make([]*T, len(rows))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i, r := range rows {
		group.Go(func() error {
			record, err := read(ctx, r)
			switch {
			case platform.CodeOf(err) == platform.NotFound:
				return nil
			case err != nil:
				return err
			}
			found[i] = &record
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	records := make([]T, 0, len(rows))
	for _, record := range found {
		if record != nil {
			records = append(records, *record)
		}
	}
	return records, nil
}

// Projects lists the index and reads each project itself, so that what is listed is true now.
func (s *Store) Projects(ctx context.Context, page platform.Page) ([]platform.Project, string, error) {
	rows, next, err := s.list(ctx, s.index, inPartition(projectsPartition), "", page)
	if err != nil {
		return nil, "", fmt.Errorf("list projects: %w", err)
	}
	projects, err := collect(ctx, rows, func(ctx context.Context, r *storedRow) (platform.Project, error) {
		name := r.text("name")
		if r.err != nil {
			return platform.Project{}, r.err
		}
		return s.Project(ctx, name)
	})
	return projects, next, err
}

// Environments lists the environments of a project by name, deleted ones included.
func (s *Store) Environments(ctx context.Context, project string, page platform.Page) ([]platform.Environment, string, error) {
	f := inPartition(keyOf(project)).withPrefix(environmentPrefix)
	rows, next, err := s.list(ctx, s.projects, f, environmentPrefix, page)
	if err != nil {
		return nil, "", fmt.Errorf("list environments of %s: %w", project, err)
	}
	environments, err := collect(ctx, rows, func(ctx context.Context, r *storedRow) (platform.Environment, error) {
		if err := s.restore(ctx, project, r); err != nil {
			return platform.Environment{}, err
		}
		return decodeEnvironment(r, project, r.ETag)
	})
	return environments, next, err
}

// EnvironmentNames lists the environments of a project by type.
func (s *Store) EnvironmentNames(ctx context.Context, project, environmentType, after string, limit int) ([]string, error) {
	prefix := environmentTypePrefix(environmentType)
	f := inPartition(keyOf(project)).withPrefix(prefix)
	if after != "" {
		f = f.beyond(prefix + escape(after))
	}
	rows, err := s.scan(ctx, s.projects, f, limit)
	if err != nil {
		return nil, fmt.Errorf("list environments of %s of type %s: %w", project, environmentType, err)
	}
	names := make([]string, 0, len(rows))
	for _, r := range rows {
		names = append(names, r.text("name"))
		if r.err != nil {
			return nil, r.err
		}
	}
	return names, nil
}

// Deployments lists the deployments of an environment, newest first.
func (s *Store) Deployments(ctx context.Context, project, environment string, page platform.Page) ([]platform.Deployment, string, error) {
	prefix := deploymentPrefix(environment)
	rows, next, err := s.list(ctx, s.projects, inPartition(keyOf(project)).withPrefix(prefix), prefix, page)
	if err != nil {
		return nil, "", fmt.Errorf("list deployments of %s/%s: %w", project, environment, err)
	}
	deployments, err := collect(ctx, rows, func(ctx context.Context, r *storedRow) (platform.Deployment, error) {
		if err := s.restore(ctx, project, r); err != nil {
			return platform.Deployment{}, err
		}
		return decodeDeployment(r, project, r.ETag)
	})
	return deployments, next, err
}

// Operations lists the operations of a project, newest first. The service filters the list; the operations that are left
// are read one by one.
func (s *Store) Operations(ctx context.Context, project string, only platform.OperationFilter, page platform.Page) ([]platform.Operation, string, error) {
	f := inPartition(keyOf(project)).withPrefix(operationListPrefix)
	if only.Environment != "" {
		f = f.and(equal(environmentProperty, only.Environment))
	}
	if only.Status != "" {
		f = f.and(equal(statusProperty, string(only.Status)))
	}
	rows, next, err := s.list(ctx, s.projects, f, operationListPrefix, page)
	if err != nil {
		return nil, "", fmt.Errorf("list operations of %s: %w", project, err)
	}
	operations, err := collect(ctx, rows, func(ctx context.Context, r *storedRow) (platform.Operation, error) {
		id := r.text("id")
		if r.err != nil {
			return platform.Operation{}, r.err
		}
		return s.operationIn(ctx, project, id)
	})
	return operations, next, err
}

// Outbox lists the messages of an operation in the order in which they were committed.
func (s *Store) Outbox(ctx context.Context, project, operation string) ([]platform.Message, error) {
	rows, err := s.scan(ctx, s.projects, inPartition(keyOf(project)).withPrefix(outboxPrefix(operation)), 0)
	if err != nil {
		return nil, fmt.Errorf("read outbox of %s: %w", operation, err)
	}
	slices.SortStableFunc(rows, func(a, b *storedRow) int { return cmp.Compare(a.number("order"), b.number("order")) })
	messages, err := collect(ctx, rows, func(ctx context.Context, r *storedRow) (platform.Message, error) {
		if err := s.restore(ctx, project, r); err != nil {
			return platform.Message{}, err
		}
		return decodeMessage(r, project, operation)
	})
	if err != nil {
		return nil, fmt.Errorf("read outbox of %s: %w", operation, err)
	}
	return messages, nil
}
