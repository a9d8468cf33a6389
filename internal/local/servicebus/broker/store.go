package broker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// The buckets within an entity's bucket.
var (
	bucketMessages = []byte("messages")
	bucketHistory  = []byte("history")
	bucketSessions = []byte("sessions")
)

// lockWait is how long to wait for another process that has the file open.
const lockWait = 2 * time.Second

// change is a value to store under a key, or a key to delete if the value is nil.
type change struct {
	entity     *entity
	bucket     []byte
	key, value []byte
}

func openFile(file string) (*bolt.DB, error) {
	// A file that starts large enough is seldom remapped; freed pages are found again when it is opened.
	db, err := bolt.Open(file, 0o600, &bolt.Options{Timeout: lockWait, NoFreelistSync: true, FreelistType: bolt.FreelistMapType, InitialMmapSize: 64 << 20})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open service bus file %s: another process uses it; stop that one first", file)
	}
	if err != nil {
		return nil, fmt.Errorf("open service bus file %s: %w", file, err)
	}
	return db, nil
}

// commit stores changes and the sequence numbers that entities have reached, all or nothing.
func (b *Broker) commit(changes []change, touched map[*entity]bool) error {
	if len(changes) == 0 {
		return nil
	}
	return b.db.Update(func(tx *bolt.Tx) error {
		type place struct {
			entity *entity
			bucket string
		}
		open := map[place]*bolt.Bucket{}
		for _, c := range changes {
			at := place{c.entity, string(c.bucket)}
			bucket := open[at]
			if bucket == nil {
				bucket = tx.Bucket([]byte(c.entity.path)).Bucket(c.bucket)
				open[at] = bucket
			}
			var err error
			if c.value == nil {
				err = bucket.Delete(c.key)
			} else {
				err = bucket.Put(c.key, c.value)
			}
			if err != nil {
				return fmt.Errorf("store in %s/%s: %w", c.entity.path, c.bucket, err)
			}
		}
		for e := range touched {
			if err := tx.Bucket([]byte(e.path)).SetSequence(uint64(e.lastSequence)); err != nil {
				return fmt.Errorf("store sequence of %s: %w", e.path, err)
			}
		}
		return nil
	})
}

// createBuckets makes room for entities that the file does not have yet. What it has besides is left alone.
func (b *Broker) createBuckets() error {
	return b.db.Update(func(tx *bolt.Tx) error {
		for _, spec := range b.specs {
			bucket, err := tx.CreateBucketIfNotExists([]byte(path(spec.Name)))
			if err != nil {
				return fmt.Errorf("create entity %s: %w", spec.Name, err)
			}
			for _, name := range [][]byte{bucketMessages, bucketHistory, bucketSessions} {
				if _, err := bucket.CreateBucketIfNotExists(name); err != nil {
					return fmt.Errorf("create entity %s: %w", spec.Name, err)
				}
			}
		}
		return nil
	})
}

// readEntity fills e with what the file holds of it.
func (b *Broker) readEntity(t *turn, e *entity) error {
	return b.db.View(func(tx *bolt.Tx) error {
		bucket := tx.Bucket([]byte(e.path))
		e.lastSequence = int64(bucket.Sequence())
		err := bucket.Bucket(bucketSessions).ForEach(func(id, state []byte) error {
			e.session(string(id)).state = slices.Clone(state)
			return nil
		})
		if err != nil {
			return err
		}
		err = bucket.Bucket(bucketHistory).ForEach(func(id, when []byte) error {
			if len(when) != 8 {
				return errRecord
			}
			e.history.seen[string(id)] = int64(binary.BigEndian.Uint64(when))
			e.history.order = append(e.history.order, string(id))
			return nil
		})
		if err != nil {
			return err
		}
		slices.SortFunc(e.history.order, func(x, y string) int { return int(e.history.seen[x] - e.history.seen[y]) })
		return bucket.Bucket(bucketMessages).ForEach(func(key, record []byte) error {
			m, err := readRecord(record)
			if err != nil || len(key) != 8 {
				return fmt.Errorf("read message %x of %s: %w", key, e.path, errRecord)
			}
			if e.RequiresSession && m.session == nil {
				return fmt.Errorf("message %x of %s has no session; was the entity changed to require sessions?", key, e.path)
			}
			m.sequence, m.raw = int64(binary.BigEndian.Uint64(key)), nil
			t.place(e, m)
			return nil
		})
	})
}

// load is the encoded message of m.
func (b *Broker) load(m *message) (raw []byte, err error) {
	if m.raw != nil {
		return m.raw, nil
	}
	err = b.db.View(func(tx *bolt.Tx) error {
		stored, err := readRecord(tx.Bucket([]byte(m.entity.path)).Bucket(bucketMessages).Get(sequenceKey(m.sequence)))
		if err != nil {
			return fmt.Errorf("read message %d of %s: %w", m.sequence, m.entity.path, err)
		}
		raw = slices.Clone(stored.raw)
		return nil
	})
	return raw, err
}
