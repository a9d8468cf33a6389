package memstore

import (
	"context"
	"strconv"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

func stampDue(d *platform.DueEnvironment, v platform.Stored) { d.Stored = v }

func dueKey(d platform.DueEnvironment) key { return key{d.Project, d.Environment, rising(d.At)} }

// PutDue lists an environment by the time at which it is due.
func (s *Store) PutDue(ctx context.Context, d platform.DueEnvironment) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	s.due[dueKey(d)] = &row[platform.DueEnvironment]{clone(d), strconv.FormatInt(s.writes, 10)}
	return nil
}

// DueEnvironments lists what was due at a time, the longest due first.
func (s *Store) DueEnvironments(ctx context.Context, until time.Time, p platform.Page) ([]platform.DueEnvironment, string, error) {
	return page(ctx, list(s, s.due, stampDue, func(k key, d platform.DueEnvironment) (string, bool) {
		return k.id + k.project + "|" + k.name, !d.At.After(until)
	}), p)
}

// RemoveDue takes off an entry in the version that was read.
func (s *Store) RemoveDue(ctx context.Context, d platform.DueEnvironment) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.due[dueKey(d)]; ok && r.version == d.Stored.Version {
		delete(s.due, dueKey(d))
	}
	return nil
}
