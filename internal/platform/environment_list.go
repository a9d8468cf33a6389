package platform

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

const (
	// ownPosition begins the positions of lists that follow what somebody may see, which are names; the store's own never begin so.
	ownPosition = "~"
	// readsAtOnce bounds the reads of one list.
	readsAtOnce = 8
	defaultSize = 50
)

// ListEnvironments lists the environments of a project that the caller may read, by name and without those that are deleted. A
// page may be short and still have a next one. Its cost does not grow with what he may not read.
func (s *Service) ListEnvironments(ctx context.Context, c Caller, project string, page Page) ([]Environment, string, error) {
	g, err := s.look(ctx, c)
	if err != nil {
		return nil, "", err
	}
	p, err := s.seen(ctx, &g, project)
	if err != nil {
		return nil, "", err
	}
	sight := g.index.EnvironmentsOf(g.subject, EnvironmentsRead, p.Target(), g.now)
	switch {
	case sight.All:
		err = s.noteRead(ctx, c, g.decide(EnvironmentsRead, p.Target()))
	case sight.none():
		err = g.require(EnvironmentsRead, p.Target())
	}
	if err != nil {
		return nil, "", err
	}
	return s.environmentsSeen(ctx, project, sight, page)
}

// none is true where no environment may be seen.
func (e EnvironmentSight) none() bool { return !e.All && len(e.Names)+len(e.Types) == 0 }

// environmentsSeen lists the environments of a project that are in sight, without those that are deleted.
func (s *Service) environmentsSeen(ctx context.Context, project string, sight EnvironmentSight, page Page) (found []Environment, next string, err error) {
	switch {
	case sight.All:
		found, next, err = s.Store.Environments(ctx, project, page)
	case !sight.none():
		found, next, err = s.environmentsInSight(ctx, project, sight, page)
	}
	return slices.DeleteFunc(found, func(e Environment) bool { return e.State == Deleted }), next, err
}

// environmentsInSight reads the environments by the names that may be seen.
func (s *Service) environmentsInSight(ctx context.Context, project string, sight EnvironmentSight, page Page) ([]Environment, string, error) {
	after, size, err := ownPage(page)
	if err != nil {
		return nil, "", err
	}
	names := slices.Clone(sight.Names)
	for _, t := range sight.Types {
		more, err := s.Store.EnvironmentNames(ctx, project, t, after, size+1)
		if err != nil {
			return nil, "", fmt.Errorf("list environments of %s of type %s: %w", project, t, err)
		}
		names = append(names, more...)
	}
	names, next := pageOfNames(names, after, size)
	found, err := readNamed(ctx, names, func(ctx context.Context, name string) (Environment, error) {
		return s.Store.Environment(ctx, project, name)
	})
	if err != nil {
		return nil, "", err
	}
	// A name may be held as a right before it is an environment, or be one whose type is not in sight any more.
	return slices.DeleteFunc(found, func(e Environment) bool {
		return !slices.Contains(sight.Names, e.Name) && !slices.Contains(sight.Types, e.Type)
	}), next, nil
}

// ownPage reads a position that is a name.
func ownPage(page Page) (after string, size int, err error) {
	size = page.Size
	if size <= 0 {
		size = defaultSize
	}
	if page.After == "" {
		return "", size, nil
	}
	after, ok := strings.CutPrefix(page.After, ownPosition)
	if !ok || !ValidName(after) { // his rights changed between two pages
		return "", 0, Errorf(Invalid, "What you may see has changed since the page before.").Do("Start again from the beginning of the list.")
	}
	return after, size, nil
}

// pageOfNames gives the names after one, in order, and where the next page begins.
func pageOfNames(names []string, after string, size int) (page []string, next string) {
	slices.Sort(names)
	names = slices.Compact(names)
	at, found := slices.BinarySearch(names, after)
	if found {
		at++
	}
	names = names[at:]
	if len(names) <= size {
		return names, ""
	}
	return names[:size], ownPosition + names[size-1]
}

// readNamed reads things by name, several at once, in order and without those that are not there.
func readNamed[T any](ctx context.Context, names []string, read func(context.Context, string) (T, error)) ([]T, error) {
	found := make([]*T, len(names))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readsAtOnce)
	for i, name := range names {
		group.Go(func() error {
			thing, err := read(ctx, name)
			if isCode(err, NotFound) {
				return nil
			}
			found[i] = &thing
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	out := make([]T, 0, len(names))
	for _, thing := range found {
		if thing != nil {
			out = append(out, *thing)
		}
	}
	return out, nil
}
