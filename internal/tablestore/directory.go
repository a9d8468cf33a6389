package tablestore

import (
	"context"
	"fmt"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Columns of the head of the directory; all written by Commit with Directory.
//
//	revision
//	body  JSON {id, digest, size}: the directory in lazulibodies

const directoryKey = "directory"

func encodeDirectoryHead(h platform.DirectoryHead) (*row, error) {
	r := newRow(keyOf(platform.PlatformScope), directoryKey)
	r.number("revision", h.Revision)
	return r, r.documents(document{"body", storedBodyRef(h.Body), h.Body != platform.BodyRef{}})
}

// DirectoryHead reads the row that points at the current directory.
func (s *Store) DirectoryHead(ctx context.Context) (platform.DirectoryHead, error) {
	r, etag, err := s.getRoot(ctx, platform.PlatformScope, directoryKey)
	if err != nil {
		return platform.DirectoryHead{}, fmt.Errorf("read the head of the directory: %w", err)
	}
	if r == nil {
		return platform.DirectoryHead{}, notFound("Nobody was given anything yet.")
	}
	var body storedBodyRef
	r.document("body", &body)
	return platform.DirectoryHead{Revision: r.number("revision"), Body: platform.BodyRef(body), Stored: versionOf(r, etag)}, r.err
}

// Columns of a project's usage; all written by Commit with Usage.
//
//	recent  JSON list of times

const usageKey = "usage"

func encodeUsage(u platform.Usage) (*row, error) {
	r := newRow(keyOf(u.Project), usageKey)
	recent := mapped(u.Recent, stored)
	return r, r.documents(document{"recent", recent, len(recent) > 0})
}

// Usage reads how a project used its quota lately.
func (s *Store) Usage(ctx context.Context, project string) (platform.Usage, error) {
	r, etag, err := s.getRoot(ctx, project, usageKey)
	if err != nil {
		return platform.Usage{}, fmt.Errorf("read usage of project %s: %w", project, err)
	}
	if r == nil {
		return platform.Usage{}, notFound("Project %q used nothing yet.", project)
	}
	var recent []time.Time
	r.document("recent", &recent)
	return platform.Usage{Project: project, Recent: recent, Stored: versionOf(r, etag)}, r.err
}
