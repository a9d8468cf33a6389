package platform

import (
	"context"
	"fmt"
	"sync"
)

// Roster gives the directory as it is now. It keeps the last one that it read, and asks the store before each use whether there is a
// newer one: a right that was taken away is gone with the next request, in every process. It is safe for concurrent use.
type Roster struct {
	store Store

	mu    sync.Mutex
	body  BodyRef      // of index
	index *AccessIndex // nil before the first use
}

// NewRoster makes a roster over a store.
func NewRoster(store Store) *Roster { return &Roster{store: store} }

// Current gives the index of the directory as it is now.
func (r *Roster) Current(ctx context.Context) (*AccessIndex, error) {
	_, x, err := r.read(ctx)
	return x, err
}

func (r *Roster) read(ctx context.Context) (DirectoryHead, *AccessIndex, error) {
	head, err := r.store.DirectoryHead(ctx)
	if isCode(err, NotFound) {
		head, err = DirectoryHead{}, nil
	}
	if err != nil {
		return DirectoryHead{}, nil, fmt.Errorf("read the head of the directory: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.index != nil && r.index.directory.Revision == head.Revision && r.body == head.Body {
		return head, r.index, nil
	}
	directory := Directory{}
	if head.Revision > 0 {
		text, err := r.store.Body(ctx, PlatformScope, head.Body)
		if err != nil {
			return DirectoryHead{}, nil, fmt.Errorf("read directory %d: %w", head.Revision, err)
		}
		if directory, err = decodeDirectory(text); err != nil {
			return DirectoryHead{}, nil, err
		}
	}
	r.index, r.body = NewAccessIndex(directory), head.Body
	return head, r.index, nil
}

// changeDirectory decides a change on the directory as it is, and stores what follows; again when somebody else was faster.
// audit is what the change is noted as; nil when the transaction that makes it count notes it.
func (s *Service) changeDirectory(ctx context.Context, audit *AuditEvent, change func(*AccessIndex, Directory) (Directory, error)) (*AccessIndex, error) {
	for range maxDecisions {
		head, before, err := s.Roster.read(ctx)
		if err != nil {
			return nil, err
		}
		next, err := change(before, before.directory)
		if err != nil {
			return nil, err
		}
		if next, err = next.next(before.directory); err != nil {
			return nil, err
		}
		err = s.storeDirectory(ctx, head, next, audit)
		if err == nil {
			return NewAccessIndex(next), nil
		}
		if !isCode(err, Conflict) {
			return nil, fmt.Errorf("store directory %d: %w", next.Revision, err)
		}
	}
	return nil, Errorf(Conflict, "Too many changes to who may do what at once.").Do("Try again.")
}

func (s *Service) storeDirectory(ctx context.Context, head DirectoryHead, next Directory, audit *AuditEvent) error {
	text, err := encodeDirectory(next)
	if err != nil {
		return err
	}
	if head.Body, err = s.Store.PutBody(ctx, PlatformScope, "directory-"+s.NewID(), text); err != nil {
		return err
	}
	head.Revision = next.Revision
	tx := Transaction{Project: PlatformScope, Directory: &head}
	if audit != nil {
		tx.Audit = []AuditEvent{*audit}
	}
	return s.Store.Commit(ctx, tx)
}
