package devops

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
)

// maxAttachment is what the agent promises not to exceed.
const maxAttachment = 1 << 20

var errAttachmentTooLarge = errors.New("an attachment may have at most 1 MiB")

// putRecords inserts or replaces timeline records of a run in one transaction.
func (s *store) putRecords(id int, records ...agent.Record) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.Bucket(bucketTimelines).CreateBucketIfNotExists(idKey(id))
		if err != nil {
			return err
		}
		for _, r := range records {
			change, err := b.NextSequence()
			if err != nil {
				return err
			}
			stored := storedRecord{Record: r, ChangeID: int(change), LastModified: s.now().UTC()} //nolint:gosec // a counter of ours
			if err := putJSON(b, []byte(r.ID), stored); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store timeline of run %d: %w", id, err)
	}
	return nil
}

// records returns a run's timeline, parents before children and siblings in their order, and the last changeId.
func (s *store) records(id int) ([]storedRecord, int, error) {
	var (
		records []storedRecord
		change  int
	)
	err := s.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketTimelines).Bucket(idKey(id))
		if b == nil {
			return nil
		}
		change = int(b.Sequence()) //nolint:gosec // a counter of ours
		return b.ForEach(func(_, v []byte) error {
			var r storedRecord
			if err := json.Unmarshal(v, &r); err != nil {
				return err
			}
			records = append(records, r)
			return nil
		})
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read timeline of run %d: %w", id, err)
	}
	return treeOrder(records), change, nil
}

// treeOrder sorts records so that each stands directly behind its parent or an earlier sibling's descendants.
func treeOrder(records []storedRecord) []storedRecord {
	children := map[string][]storedRecord{}
	known := map[string]bool{"": true}
	for _, r := range records {
		known[r.ID] = true
	}
	for _, r := range records {
		parent := r.ParentID
		if !known[parent] || parent == r.ID {
			parent = "" // never lose a record, whatever its parent is
		}
		children[parent] = append(children[parent], r)
	}
	ordered := make([]storedRecord, 0, len(records))
	var add func(parent string)
	add = func(parent string) {
		siblings := children[parent]
		delete(children, parent) // a cycle, which the agent never writes, ends here
		slices.SortStableFunc(siblings, func(a, b storedRecord) int {
			return cmp.Or(cmp.Compare(a.Order, b.Order), strings.Compare(a.ID, b.ID))
		})
		for _, r := range siblings {
			ordered = append(ordered, r)
			add(r.ID)
		}
	}
	add("")
	return ordered
}

// putAttachment keeps a file that a step attached. The same type and name again replaces it.
func (s *store) putAttachment(id int, a agent.Attachment) error {
	if len(a.Content) > maxAttachment {
		return fmt.Errorf("store attachment %s of run %d: %w", a.Name, id, errAttachmentTooLarge)
	}
	err := s.db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.Bucket(bucketAttachments).CreateBucketIfNotExists(idKey(id))
		if err != nil {
			return err
		}
		return putJSON(b, []byte(strings.ToLower(a.Type)+"\x00"+a.RecordID+"\x00"+a.Name), a)
	})
	if err != nil {
		return fmt.Errorf("store attachment %s of run %d: %w", a.Name, id, err)
	}
	return nil
}

// attachments returns what steps of a run attached under a type.
func (s *store) attachments(id int, typ string) ([]agent.Attachment, error) {
	var found []agent.Attachment
	err := s.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketAttachments).Bucket(idKey(id))
		if b == nil {
			return nil
		}
		return b.ForEach(func(_, v []byte) error {
			var a agent.Attachment
			if err := json.Unmarshal(v, &a); err != nil {
				return err
			}
			if strings.EqualFold(a.Type, typ) {
				found = append(found, a)
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read attachments of run %d: %w", id, err)
	}
	return found, nil
}
