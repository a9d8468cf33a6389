package tables

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// The data file has one bucket of facts, one that lists the tables, and one with the rows of each table.
//
//	lazuli  format → "1", tick → the newest moment handed out (8 bytes)
//	tables  name in lower case → name as it was created
//	t:name  PartitionKey 0x00 RowKey → row
var (
	factsBucket  = []byte("lazuli")
	tablesBucket = []byte("tables")
	formatFact   = []byte("format")
	tickFact     = []byte("tick")
)

const fileFormat = "1"

// maxGroup bounds how many requests share one fsync, and with it how much one failure takes along.
const maxGroup = 128

var errClosed = errors.New("the table server is closed")

// store keeps the rows. One goroutine writes: it takes whatever requests are waiting, applies them in order in one
// bbolt transaction, and answers them all after its fsync. Readers see the last committed state.
type store struct {
	db    *bolt.DB
	file  string
	now   func() time.Time
	queue chan request
	stop  chan struct{} // closed to make the writer end
	done  chan struct{} // closed when it has
}

// request is one caller's change; do runs in the writer and must not keep the txn.
type request struct {
	do     func(*txn) error
	result chan error
}

func openStore(file string, now func() time.Time) (*store, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("create folder of table data: %w", err)
	}
	db, err := bolt.Open(file, 0o600, &bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("open table data %s: another process uses it. Stop that one first, or choose another data folder", file)
	}
	if err != nil {
		return nil, fmt.Errorf("open table data %s: %w", file, err)
	}
	s := &store{
		db: db, file: file, now: now,
		queue: make(chan request), stop: make(chan struct{}), done: make(chan struct{}),
	}
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	go s.write()
	return s, nil
}

// prepare lays out a new file, and refuses one that a later version of Lazuli laid out differently.
func (s *store) prepare() error {
	err := s.db.Update(func(tx *bolt.Tx) error {
		facts, err := tx.CreateBucketIfNotExists(factsBucket)
		if err != nil {
			return err
		}
		if _, err := tx.CreateBucketIfNotExists(tablesBucket); err != nil {
			return err
		}
		if f := facts.Get(formatFact); f != nil && string(f) != fileFormat {
			return fmt.Errorf("it has format %q and this version reads format %s. Use the version that wrote it, or another data folder", f, fileFormat)
		}
		return facts.Put(formatFact, []byte(fileFormat))
	})
	if err != nil {
		return fmt.Errorf("prepare table data %s: %w", s.file, err)
	}
	return nil
}

// close ends the writer after the group it is at, then closes the file. Waiting requests get errClosed.
func (s *store) close() error {
	close(s.stop)
	<-s.done
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close table data %s: %w", s.file, err)
	}
	return nil
}

// update runs do in the writer and returns when its outcome is on the disk. When ctx ends first, the change may still
// happen: to the caller that is an answer that was lost.
func (s *store) update(ctx context.Context, do func(*txn) error) error {
	r := request{do: do, result: make(chan error, 1)}
	select {
	case s.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.stop:
		return errClosed
	}
	select {
	case err := <-r.result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *store) write() {
	defer close(s.done)
	for {
		select {
		case first := <-s.queue:
			s.commit(s.group(first))
		case <-s.stop:
			return
		}
	}
}

// group adds to first whatever is waiting already. It waits for nobody, so a lone writer pays nothing for it.
func (s *store) group(first request) []request {
	group := []request{first}
	for len(group) < maxGroup {
		select {
		case r := <-s.queue:
			group = append(group, r)
		default:
			return group
		}
	}
	return group
}

// commit applies a group and answers each of its requests. A request that is refused leaves nothing behind and does not
// disturb the others. Refusals too are answered after the commit: they may rest on a change of the same group.
func (s *store) commit(group []request) {
	results := make([]error, len(group))
	err := s.db.Update(func(tx *bolt.Tx) error {
		t := &txn{tx: tx, now: s.now}
		for i, r := range group {
			if results[i] = r.do(t); results[i] == nil {
				if err := t.flush(); err != nil {
					return err
				}
			}
			t.staged = nil
		}
		return t.finish()
	})
	for i, r := range group {
		if err != nil && !errors.Is(err, errUnchanged) {
			results[i] = storageFailure(s.file, err)
		}
		r.result <- results[i]
	}
}

// errUnchanged makes bbolt give up a transaction that has nothing to write, which saves its fsync.
var errUnchanged = errors.New("nothing to write")

// txn is the writer's view while it applies one group.
type txn struct {
	tx     *bolt.Tx
	now    func() time.Time
	newest ticks // handed out last in this group; 0 before the first
	staged []func() error
	dirty  bool
}

// tick returns a moment later than every one before it, restarts and clocks that go backwards included.
func (t *txn) tick() ticks {
	if t.newest == 0 {
		if b := t.tx.Bucket(factsBucket).Get(tickFact); len(b) == 8 {
			t.newest = ticks(binary.BigEndian.Uint64(b)) //nolint:gosec // written by finish from ticks
		}
	}
	t.newest = max(t.newest+1, ticksOf(t.now()))
	return t.newest
}

// stage remembers a write until the request as a whole is accepted.
func (t *txn) stage(write func() error) { t.staged = append(t.staged, write) }

// flush carries out what the request staged. When it fails, part of the request may be done: the group is given up.
func (t *txn) flush() error {
	for _, write := range t.staged {
		t.dirty = true
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) finish() error {
	if !t.dirty {
		return errUnchanged
	}
	if t.newest == 0 {
		return nil
	}
	tick := binary.BigEndian.AppendUint64(nil, uint64(t.newest)) //nolint:gosec // ticks are never negative
	return t.tx.Bucket(factsBucket).Put(tickFact, tick)
}

// tableName returns the name as it was created, for any spelling of it.
func tableName(tx *bolt.Tx, name string) (string, bool) {
	created := tx.Bucket(tablesBucket).Get([]byte(strings.ToLower(name)))
	return string(created), created != nil
}

func rowsBucket(name string) []byte { return []byte("t:" + strings.ToLower(name)) }

// rows returns the rows of a table, or TableNotFound.
func rows(tx *bolt.Tx, name string) (*bolt.Bucket, error) {
	if b := tx.Bucket(rowsBucket(name)); b != nil {
		return b, nil
	}
	return nil, tableNotFound(name)
}

// view runs do on a snapshot of the last committed state.
func (s *store) view(do func(*bolt.Tx) error) error {
	err := s.db.View(do)
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return errClosed
	}
	return err
}
