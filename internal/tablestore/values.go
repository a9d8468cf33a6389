package tablestore

import (
	"context"
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// gatherValues adds the head of a scope's values and the row of the version, which stays when the head goes on.
func (w *write) gatherValues(v *platform.ValueVersion) error {
	if v == nil {
		return nil
	}
	head, err := encodeValues(*v, valuesKey(v.Scope.Environment))
	if err != nil {
		return err
	}
	version, err := encodeValues(*v, valueVersionKey(v.Scope.Environment, v.Number))
	if err != nil {
		return err
	}
	w.root(head, v.Stored)
	w.add(version, aztables.TransactionTypeAdd, "")
	return nil
}

// ValueHead reads the newest version of a scope's values.
func (s *Store) ValueHead(ctx context.Context, scope platform.ValueScope) (platform.ValueVersion, error) {
	r, etag, err := s.getRoot(ctx, scope.Project, valuesKey(scope.Environment))
	if err != nil {
		return platform.ValueVersion{}, fmt.Errorf("read values of %s: %w", scope, err)
	}
	if r == nil {
		return platform.ValueVersion{}, notFound("Nothing is set in %s.", scope)
	}
	v, err := decodeValues(r, scope.Project)
	v.Stored = versionOf(r, etag)
	return v, err
}

// ValueVersion reads one version of a scope's values.
func (s *Store) ValueVersion(ctx context.Context, scope platform.ValueScope, number int64) (platform.ValueVersion, error) {
	if number < 1 {
		return platform.ValueVersion{}, notFound("The values of %s have no version %d.", scope, number)
	}
	r, _, err := s.getRoot(ctx, scope.Project, valueVersionKey(scope.Environment, number))
	if err != nil {
		return platform.ValueVersion{}, fmt.Errorf("read values of %s: %w", scope, err)
	}
	if r == nil {
		return platform.ValueVersion{}, notFound("The values of %s have no version %d.", scope, number)
	}
	return decodeValues(r, scope.Project)
}

// ValueVersions lists the versions of a scope's values, newest first. The values themselves stay where they are.
func (s *Store) ValueVersions(ctx context.Context, scope platform.ValueScope, page platform.Page) ([]platform.ValueVersion, string, error) {
	prefix := valueVersionPrefix(scope.Environment)
	rows, next, err := s.list(ctx, s.projects, inPartition(keyOf(scope.Project)).withPrefix(prefix), prefix, page)
	if err != nil {
		return nil, "", fmt.Errorf("list versions of the values of %s: %w", scope, err)
	}
	versions, err := collect(ctx, rows, func(ctx context.Context, r *storedRow) (platform.ValueVersion, error) {
		delete(r.Properties, "values")
		delete(r.Properties, "values"+bodySuffix)
		if err := s.restore(ctx, scope.Project, r); err != nil {
			return platform.ValueVersion{}, err
		}
		return decodeValues(r, scope.Project)
	})
	return versions, next, err
}
