package platform

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// MaxCatalogItems bounds what one publication brings.
const MaxCatalogItems = 5000

// Publication is a request to publish documents of the catalog.
type Publication struct {
	Items  []CatalogItem
	Commit string // of the repository that they come from; may be empty
	DryRun bool   // say what would become of it, and store nothing
	action string // for the audit log; empty for publishCatalog
}

// Published is the answer to a publication.
type Published struct {
	Head    CatalogHead
	Changes []ItemChange // one for each item, in their order
}

// PublishCatalog takes documents into the catalog, all or none. They are checked together with what is published already:
// what would not fit is refused with Invalid or VersionExists, with a pointer to each item that is wrong.
func (s *Service) PublishCatalog(ctx context.Context, c Caller, p Publication) (Published, error) {
	if err := s.allow(ctx, c, CatalogWrite, Target{}); err != nil {
		return Published{}, err
	}
	if len(p.Items) == 0 || len(p.Items) > MaxCatalogItems {
		return Published{}, Errorf(Invalid, "A publication has 1 to %d items.", MaxCatalogItems).With(Detail{"/items", "must have some items, and not too many"})
	}
	if len(p.Commit) > 64 || strings.ContainsFunc(p.Commit, func(r rune) bool { return !strings.ContainsRune("0123456789abcdef", r) }) {
		return Published{}, Errorf(Invalid, "The commit is not one.").With(Detail{"/commit", "must be up to 64 hexadecimal digits"})
	}
	return s.publish(ctx, c, p, "")
}

// ReadCatalogItem reads a document that came with a request to publish it; pointer says where in the request. Only who may
// publish has anything read.
func (s *Service) ReadCatalogItem(ctx context.Context, c Caller, document json.RawMessage, files map[string]string, pointer string) (CatalogItem, error) {
	if err := s.allow(ctx, c, CatalogWrite, Target{}); err != nil {
		return CatalogItem{}, err
	}
	if len(document) == 0 {
		return CatalogItem{}, Errorf(Invalid, "A document is missing.").With(Detail{pointer + "/document", "is required"})
	}
	if _, err := decodeJSON(document, maxDocumentDepth); err != nil {
		return CatalogItem{}, Errorf(Invalid, "The document is not valid: %s.", err).With(Detail{pointer + "/document", sentence(err)})
	}
	item, err := s.Shelf.compiler.Item(document, files)
	var e *Error
	if errors.As(err, &e) {
		for i := range e.Details {
			e.Details[i].Pointer = pointer + "/document"
		}
	}
	return item, err
}

// SetCatalogItemStatus changes what a published version is good for.
func (s *Service) SetCatalogItemStatus(ctx context.Context, c Caller, kind CatalogKind, name, version string, status ItemStatus) (CatalogItem, error) {
	if err := s.allow(ctx, c, CatalogWrite, Target{}); err != nil {
		return CatalogItem{}, err
	}
	if status == "" {
		return CatalogItem{}, Errorf(Invalid, "A status is missing.").With(Detail{"/status", "is required"})
	}
	item, err := s.GetCatalogItem(ctx, c, kind, name, version)
	if err != nil || item.Status == status {
		return item, err
	}
	item.Status = status
	if _, err := s.publish(ctx, c, Publication{Items: []CatalogItem{item}, action: "setCatalogItemStatus"}, ""); err != nil {
		return CatalogItem{}, err
	}
	return s.GetCatalogItem(ctx, c, kind, name, version)
}

// SeedCatalog takes in what the app was packaged with, if it has not been taken in before. A version that was published
// with other content stays as it was published, and the log says so.
func (s *Service) SeedCatalog(ctx context.Context, items []CatalogItem) error {
	var texts strings.Builder
	for _, item := range items {
		texts.WriteString(item.Ref() + " " + string(item.Status) + " " + item.Digest() + "\n")
	}
	seed := digestOf([]byte(texts.String()))
	for range maxDecisions {
		// The head alone is read first: a process that finds nothing to do must not wait for a large catalog at its start.
		head, err := s.Store.CatalogHead(ctx)
		if err == nil && head.Seed == seed {
			return nil
		}
		if err != nil && !isCode(err, NotFound) {
			return err
		}
		_, release, _, err := s.Shelf.read(ctx)
		if err != nil {
			return err
		}
		packaged := Caller{ID: "package", App: true}
		if _, err = s.publish(ctx, packaged, Publication{Items: s.fresh(release, items)}, seed); !isCode(err, Conflict) {
			return err
		}
	}
	return Errorf(Conflict, "Too many publications at once.")
}

// fresh leaves out what was published with other content.
func (s *Service) fresh(release Release, items []CatalogItem) []CatalogItem {
	var out []CatalogItem
	for _, item := range items {
		if i := release.find(item.Kind, item.Name, item.Version); i >= 0 {
			if release.Items[i].Digest() != item.Digest() {
				s.Log.Warn("The packaged document differs from the published one, which stays. Give it a new version.", slog.String("item", item.Ref()))
				continue
			}
			item.Status = "" // somebody may have changed it since
		}
		out = append(out, item)
	}
	return out
}

// publish decides on what is stored now, and once more if somebody else was faster.
func (s *Service) publish(ctx context.Context, c Caller, p Publication, seed string) (Published, error) {
	for range maxDecisions {
		done, err := s.publishOnce(ctx, c, p, seed)
		if !isCode(err, Conflict) {
			return done, err
		}
	}
	return Published{}, Errorf(Conflict, "Too many publications at once.").Do("Try again.")
}

func (s *Service) publishOnce(ctx context.Context, c Caller, p Publication, seed string) (Published, error) {
	head, release, _, err := s.Shelf.read(ctx)
	if err != nil {
		return Published{}, err
	}
	now := s.Now()
	next, changes, err := release.Publish(p.Items, c.ID, p.Commit, now)
	if err != nil {
		return Published{}, err
	}
	compiled, err := s.Shelf.compiler.Compile(next.Items)
	if err != nil {
		return Published{}, pointAtItems(err, p.Items)
	}
	done := Published{Head: head, Changes: changes}
	if p.DryRun || seed == "" && unchanged(changes) {
		return done, nil
	}
	text, err := next.encode()
	if err != nil {
		return Published{}, err
	}
	ref, err := s.Store.PutBody(ctx, CatalogScope, fmt.Sprintf("release-%d", next.Revision), text)
	if err != nil {
		return Published{}, fmt.Errorf("store catalog release %d: %w", next.Revision, err)
	}
	if seed == "" {
		seed = head.Seed
	}
	done.Head = CatalogHead{Revision: next.Revision, Body: ref, Seed: seed, Commit: p.Commit, PublishedAt: now, PublishedBy: c.ID, Stored: head.Stored}
	audit := s.audit(c, cmp.Or(p.action, "publishCatalog"), CatalogScope, "/catalog", "", describeChanges(changes)).changing(auditedStatuses(release, next))
	if err := s.Store.Commit(ctx, Transaction{Project: CatalogScope, Catalog: &done.Head, Audit: []AuditEvent{audit}}); err != nil {
		return Published{}, fmt.Errorf("publish catalog release %d: %w", next.Revision, err)
	}
	s.Shelf.keep(next, compiled)
	return done, nil
}

func unchanged(changes []ItemChange) bool {
	for _, ch := range changes {
		if ch.Action != ItemUnchanged {
			return false
		}
	}
	return true
}

// describeChanges says for the audit log what a publication changed, as far as that fits.
func describeChanges(changes []ItemChange) string {
	const longest = 1000
	var out strings.Builder
	for _, ch := range changes {
		if ch.Action == ItemUnchanged {
			continue
		}
		if out.Len() > longest {
			out.WriteString(" …")
			break
		}
		fmt.Fprintf(&out, "%s %s %s@%s %s; ", ch.Action, ch.Kind, ch.Name, ch.Version, ch.Status)
	}
	return strings.TrimSuffix(out.String(), "; ")
}

// pointAtItems turns the names of items into pointers into the request. What is wrong with others after the publication
// is said of the request as a whole.
func pointAtItems(err error, items []CatalogItem) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	positions := map[string]int{}
	for i, item := range items {
		positions[item.Ref()] = i
	}
	details := make([]Detail, len(e.Details))
	for n, d := range e.Details {
		if i, ok := positions[d.Pointer]; ok {
			details[n] = Detail{fmt.Sprintf("/items/%d", i), d.Message}
		} else {
			details[n] = Detail{"", d.Pointer + ": " + d.Message}
		}
	}
	out := Errorf(e.Code, "%s", e.Message)
	out.Action, out.Details = e.Action, details
	return out
}
