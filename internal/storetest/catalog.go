package storetest

import (
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// catalogHeadStoredAndRead publishes twice on what is there, and once on what is not there any more.
func catalogHeadStoredAndRead(t *testing.T, s platform.Store) {
	before, err := s.CatalogHead(t.Context())
	if err != nil {
		wantCode(t, err, platform.NotFound)
	}
	next := platform.CatalogHead{Revision: before.Revision + 1, Body: platform.BodyRef{ID: "release", Digest: "ab", Size: 3}, Seed: "seed",
		Commit: "c0ffee", PublishedAt: start, PublishedBy: "admin", Stored: before.Stored}
	commit := func(h platform.CatalogHead) error {
		return s.Commit(t.Context(), platform.Transaction{Project: platform.CatalogScope, Catalog: &h, Audit: []platform.AuditEvent{anAudit(platform.CatalogScope)}})
	}
	if err := commit(next); err != nil {
		t.Fatal(err)
	}
	stored := must(t, s.CatalogHead)
	same(t, "head", next, stored)
	wantCode(t, commit(next), platform.Conflict)
	stored.Revision, stored.PublishedAt = stored.Revision+1, start.Add(time.Hour)
	if err := commit(stored); err != nil {
		t.Fatal(err)
	}
	same(t, "second head", stored, must(t, s.CatalogHead))
	wantCode(t, commit(stored), platform.Conflict)
}
