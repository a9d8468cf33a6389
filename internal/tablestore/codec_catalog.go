package tablestore

import (
	"context"
	"fmt"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Columns of the head of the catalog; all written by Commit with Catalog.
//
//	revision, seed, commit, publishedAt, publishedBy
//	body  JSON {id, digest, size}: the release in lazulibodies

const catalogKey = "catalog"

func encodeCatalogHead(h platform.CatalogHead) (*row, error) {
	r := newRow(keyOf(platform.CatalogScope), catalogKey)
	r.number("revision", h.Revision)
	r.text("seed", h.Seed)
	r.text("commit", h.Commit)
	r.moment("publishedAt", h.PublishedAt)
	r.text("publishedBy", h.PublishedBy)
	return r, r.documents(document{"body", storedBodyRef(h.Body), h.Body != platform.BodyRef{}})
}

func decodeCatalogHead(r *storedRow, etag string) (platform.CatalogHead, error) {
	var body storedBodyRef
	r.document("body", &body)
	h := platform.CatalogHead{
		Revision: r.number("revision"), Body: platform.BodyRef(body), Seed: r.text("seed"), Commit: r.text("commit"),
		PublishedAt: r.moment("publishedAt"), PublishedBy: r.text("publishedBy"), Stored: versionOf(r, etag),
	}
	return h, r.err
}

// CatalogHead reads the row that points at the current release.
func (s *Store) CatalogHead(ctx context.Context) (platform.CatalogHead, error) {
	r, etag, err := s.getRoot(ctx, platform.CatalogScope, catalogKey)
	if err != nil {
		return platform.CatalogHead{}, fmt.Errorf("read the head of the catalog: %w", err)
	}
	if r == nil {
		return platform.CatalogHead{}, notFound("Nothing was published yet.")
	}
	return decodeCatalogHead(r, etag)
}
