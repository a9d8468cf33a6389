package memstore

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

const (
	defaultPage = 50
	maxPage     = 500
)

// listed is a row with its place in a list.
type listed[T any] struct {
	place string
	value T
}

// list collects the rows that a list has, in order. where gives a row's place in it, and whether it is in it at all.
func list[T any](s *Store, t table[T], stamp func(*T, platform.Stored), where func(key, T) (string, bool)) []listed[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []listed[T]
	for k, r := range t {
		if place, ok := where(k, r.value); ok {
			found = append(found, listed[T]{place, stamped(r, stamp)})
		}
	}
	slices.SortFunc(found, func(a, b listed[T]) int { return strings.Compare(a.place, b.place) })
	return found
}

// page cuts a page out of a list. A position is the place of the last row before it, marked as a position of such a list.
func page[T any](ctx context.Context, all []listed[T], p platform.Page) ([]T, string, error) {
	if err := ended(ctx); err != nil {
		return nil, "", err
	}
	size := p.Size
	if size <= 0 {
		size = defaultPage
	}
	size = min(size, maxPage)
	first := 0
	if p.After != "" {
		text, err := base64.RawURLEncoding.DecodeString(p.After)
		after, ok := strings.CutPrefix(string(text), positionMark)
		if err != nil || !ok {
			return nil, "", platform.Errorf(platform.Invalid, "The position is not one that this list gave.").Do("Begin again from the start.")
		}
		first, ok = slices.BinarySearchFunc(all, after, func(l listed[T], place string) int { return strings.Compare(l.place, place) })
		if ok {
			first++
		}
	}
	var out []T
	for _, l := range all[first:min(first+size, len(all))] {
		out = append(out, l.value)
	}
	if first+size >= len(all) {
		return out, "", nil
	}
	return out, base64.RawURLEncoding.EncodeToString([]byte(positionMark + all[first+size-1].place)), nil
}

const positionMark = "after:"

// falling turns the order of texts without zero bytes around.
func falling(text string) string {
	out := []byte(text)
	for i := range out {
		out[i] = 255 - out[i]
	}
	return string(append(out, 255))
}

func rising(t time.Time) string { return fmt.Sprintf("%020d", t.UnixNano()/100) }

// Projects lists all projects by name.
func (s *Store) Projects(ctx context.Context, p platform.Page) ([]platform.Project, string, error) {
	return page(ctx, list(s, s.projects, stampProject, func(k key, _ platform.Project) (string, bool) { return k.project, true }), p)
}

// Environments lists by name.
func (s *Store) Environments(ctx context.Context, project string, p platform.Page) ([]platform.Environment, string, error) {
	return page(ctx, list(s, s.environments, stampEnvironment, func(k key, _ platform.Environment) (string, bool) { return k.name, k.project == project }), p)
}

// EnvironmentNames lists names of environments that were made with a type.
func (s *Store) EnvironmentNames(ctx context.Context, project, environmentType, after string, limit int) ([]string, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	all := list(s, s.byType, nil, func(k key, _ string) (string, bool) {
		return k.id, k.project == project && k.name == environmentType && k.id > after
	})
	names := make([]string, 0, len(all))
	for _, l := range all[:min(limit, len(all))] {
		names = append(names, l.value)
	}
	return names, nil
}

// Deployments lists newest first.
func (s *Store) Deployments(ctx context.Context, project, environment string, p platform.Page) ([]platform.Deployment, string, error) {
	return page(ctx, list(s, s.deployments, stampDeployment, func(k key, _ platform.Deployment) (string, bool) {
		return falling(k.id), k.project == project && k.name == environment
	}), p)
}

// Operations lists newest first.
func (s *Store) Operations(ctx context.Context, project string, only platform.OperationFilter, p platform.Page) ([]platform.Operation, string, error) {
	return page(ctx, list(s, s.operations, stampOperation, func(k key, o platform.Operation) (string, bool) {
		wanted := k.project == project && (only.Environment == "" || only.Environment == o.Environment) && (only.Status == "" || only.Status == o.Status)
		return falling(rising(o.CreatedAt)) + k.id, wanted
	}), p)
}

// ValueVersions lists newest first, without Values.
func (s *Store) ValueVersions(ctx context.Context, scope platform.ValueScope, p platform.Page) ([]platform.ValueVersion, string, error) {
	bare := func(v *platform.ValueVersion, _ platform.Stored) { v.Values = nil }
	return page(ctx, list(s, s.versions, bare, func(k key, v platform.ValueVersion) (string, bool) {
		return falling(fmt.Sprintf("%020d", v.Number)), k.project == scope.Project && k.name == scope.Environment
	}), p)
}

// OpenOperations lists the work list, oldest first.
func (s *Store) OpenOperations(ctx context.Context, p platform.Page) ([]platform.OpenOperation, string, error) {
	return page(ctx, list(s, s.open, nil, func(_ key, o platform.OpenOperation) (string, bool) { return rising(o.At) + o.ID, true }), p)
}

// Outbox lists the messages of an operation in the order in which they were committed.
func (s *Store) Outbox(ctx context.Context, project, operation string) ([]platform.Message, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	all := list(s, s.outbox, nil, func(k key, _ ordered) (string, bool) { return k.id, k.project == project && k.name == operation })
	slices.SortStableFunc(all, func(a, b listed[ordered]) int { return cmp.Compare(a.value.order, b.value.order) })
	messages := make([]platform.Message, 0, len(all))
	for _, l := range all {
		messages = append(messages, l.value.Message)
	}
	return messages, nil
}
