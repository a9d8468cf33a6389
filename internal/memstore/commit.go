package memstore

import (
	"context"
	"fmt"
	"strconv"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// maxRows is Table Storage's limit for one transaction.
const maxRows = 100

// change is a transaction being put together: what must hold, and what is done when all of it does.
type change struct {
	project string
	version string
	stale   bool
	rows    map[any]bool
	apply   []func()
	err     error
}

// Commit stores all of tx or nothing.
func (s *Store) Commit(ctx context.Context, tx platform.Transaction) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &change{project: tx.Project, version: strconv.FormatInt(s.writes+1, 36), rows: map[any]bool{}}
	for _, part := range append([]platform.Transaction{tx}, tx.With...) {
		s.gather(c, part)
	}
	switch {
	case c.err != nil:
		return fmt.Errorf("commit to project %s: %w", tx.Project, c.err)
	case len(c.rows) > maxRows:
		return fmt.Errorf("commit to project %s: %d rows are more than a transaction holds", tx.Project, len(c.rows))
	case c.stale:
		return platform.Errorf(platform.Conflict, "Something in project %s was changed at the same time.", tx.Project).
			Do("Read it again and repeat the change on what you find.")
	}
	s.writes++
	for _, apply := range c.apply {
		apply()
	}
	return nil
}

// gather adds the rows of one part of a transaction.
func (s *Store) gather(c *change, tx platform.Transaction) {
	if p := tx.PutProject; p != nil {
		put(c, s.projects, key{project: p.Name}, *p, &p.Stored)
	}
	if h := tx.Catalog; h != nil {
		c.of(platform.CatalogScope)
		put(c, s.catalogs, key{}, *h, &h.Stored)
	}
	if h := tx.Directory; h != nil {
		c.of(platform.PlatformScope)
		put(c, s.directories, key{}, *h, &h.Stored)
	}
	if u := tx.Usage; u != nil {
		put(c, s.usages, key{project: u.Project}, *u, &u.Stored)
	}
	if e := tx.Environment; e != nil {
		put(c, s.environments, key{project: e.Project, name: e.Name}, *e, &e.Stored)
		if e.State == platform.Creating {
			put(c, s.byType, key{e.Project, e.Type, e.Name}, e.Name, nil)
		}
	}
	if d := tx.Deployment; d != nil {
		put(c, s.deployments, key{d.Project, d.Environment, d.ID}, *d, &d.Stored)
	}
	if o := tx.Operation; o != nil {
		put(c, s.operations, key{project: o.Project, id: o.ID}, *o, &o.Stored)
	}
	if one := tx.Subscription; one != nil {
		put(c, s.subscriptions, key{project: one.Project, name: one.Name}, *one, &one.Stored)
	}
	if v := tx.PutValues; v != nil {
		k := key{project: v.Scope.Project, name: v.Scope.Environment}
		put(c, s.heads, k, *v, &v.Stored)
		k.id = strconv.FormatInt(v.Number, 10)
		put(c, s.versions, k, *v, &platform.Stored{})
	}
	s.gatherNotes(c, tx)
	for _, b := range tx.Bodies {
		if len(b.Content) > maxBody && c.err == nil {
			c.err = tooLarge(len(b.Content))
		}
		put(c, s.bodies, key{tx.Project, b.Ref.ID, b.Ref.Digest}, b.Content, nil)
	}
	for _, m := range tx.Sent {
		c.of(m.Project)
		c.apply = append(c.apply, func() { delete(s.outbox, key{m.Project, m.Operation, m.ID}) })
	}
}

// gatherNotes adds what is only ever added.
func (s *Store) gatherNotes(c *change, tx platform.Transaction) {
	for _, a := range tx.Audit {
		put(c, s.audit, key{project: a.Project, id: a.ID}, a, &platform.Stored{})
	}
	var revision int64
	if tx.Operation != nil {
		revision = tx.Operation.Revision
	}
	for i, m := range tx.Outbox {
		put(c, s.outbox, key{m.Project, m.Operation, m.ID}, ordered{m, revision*maxRows + int64(i)}, nil)
	}
}

// of refuses rows that have their place in one partition alone.
func (c *change) of(project string) {
	if c.project != project && c.err == nil {
		c.err = fmt.Errorf("a row of project %q is not of this transaction", project)
	}
}

// put adds a row that must have the version that it was read in; any version where stored is nil.
func put[T any](c *change, t table[T], k key, v T, stored *platform.Stored) {
	if k.project != "" {
		c.of(k.project)
	}
	type place struct {
		table any
		key   key
	}
	at := place{(*T)(nil), k}
	if c.rows[at] && c.err == nil {
		c.err = fmt.Errorf("row %+v comes twice in one transaction", k)
	}
	c.rows[at] = true
	current := ""
	if r, ok := t[k]; ok {
		current = r.version
	}
	if stored != nil && stored.Version != current {
		c.stale = true
	}
	next := &row[T]{value: clone(v), version: c.version}
	c.apply = append(c.apply, func() { t[k] = next })
}
