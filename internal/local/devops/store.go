package devops

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
	"github.com/lazuli-platform/lazuli/internal/local/devops/pipeline"
)

// The buckets of the store's file, devops.db.
var (
	bucketMeta        = []byte("meta")        // "signingKey" → 32 random bytes
	bucketRuns        = []byte("runs")        // run id → run; its sequence is the last id given out
	bucketPlans       = []byte("plans")       // run id → pipeline.Plan, as compiled when the run was queued
	bucketRevisions   = []byte("revisions")   // run number without its revision → last revision given out
	bucketTimelines   = []byte("timelines")   // run id → bucket of record id → storedRecord; its sequence is the changeId
	bucketAttachments = []byte("attachments") // run id → bucket of type NUL record id NUL name → agent.Attachment
)

var buckets = [][]byte{bucketMeta, bucketRuns, bucketPlans, bucketRevisions, bucketTimelines, bucketAttachments}

// errNoRun is returned for an id that no run has.
var errNoRun = errors.New("no such run")

// store keeps runs and timelines in one bbolt file, synced to disk with every change. Runs are also held in memory, because
// searches look at all of them. Logs and artifacts are files beside it.
type store struct {
	db  *bbolt.DB
	now func() time.Time

	// writing is held around each change of a run, because bbolt lets the next writer in before runs shows the change.
	writing sync.Mutex
	mu      sync.RWMutex // guards runs
	runs    []run        // in order of their ids
}

// openStore opens or creates the file in dir. It fails after a second if another process has it open.
func openStore(dir string, now func() time.Time) (*store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create data directory: %w", err)
	}
	path := filepath.Join(dir, "devops.db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return nil, fmt.Errorf("open %s (is another Lazuli running on it?): %w", path, err)
	}
	s := &store{db: db, now: now}
	if err := db.Update(s.load); err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), db.Close())
	}
	return s, nil
}

func (s *store) load(tx *bbolt.Tx) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketRuns).ForEach(func(k, v []byte) error {
		var r run
		if err := json.Unmarshal(v, &r); err != nil {
			return fmt.Errorf("run %d: %w", binary.BigEndian.Uint64(k), err)
		}
		s.runs = append(s.runs, r)
		return nil
	})
}

func (s *store) close() error { return s.db.Close() }

// create stores a new run. make is told the id and how to draw a revision of a number; it may refuse, and then nothing is stored.
func (s *store) create(make func(id int, revision func(key string) (int, error)) (run, *pipeline.Plan, error)) (run, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	var made run
	err := s.db.Update(func(tx *bbolt.Tx) error {
		id, err := tx.Bucket(bucketRuns).NextSequence()
		if err != nil {
			return err
		}
		r, plan, err := make(int(id), func(key string) (int, error) { return nextRevision(tx, key) }) //nolint:gosec // ids count from 1
		if err != nil {
			return err
		}
		made = r
		if err := putJSON(tx.Bucket(bucketPlans), idKey(r.ID), plan); err != nil {
			return err
		}
		return putJSON(tx.Bucket(bucketRuns), idKey(r.ID), r)
	})
	if err != nil {
		return run{}, fmt.Errorf("store new run: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs = append(s.runs, made)
	return made, nil
}

// nextRevision counts the runs whose number is otherwise equal, from 1.
func nextRevision(tx *bbolt.Tx, key string) (int, error) {
	b, k := tx.Bucket(bucketRevisions), []byte(key)
	n := 1
	if v := b.Get(k); v != nil {
		n = int(binary.BigEndian.Uint64(v)) + 1 //nolint:gosec // a counter of ours
	}
	return n, b.Put(k, idKey(n))
}

// update changes one run; what change returns as an error is returned and nothing is stored. Readers see the change once
// it is on the disk.
func (s *store) update(id int, change func(*run) error) (run, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	r, ok := s.run(id)
	if !ok {
		return run{}, fmt.Errorf("store run %d: %w", id, errNoRun)
	}
	if err := change(&r); err != nil {
		return run{}, err
	}
	r.Changed = s.now().UTC()
	err := s.db.Update(func(tx *bbolt.Tx) error { return putJSON(tx.Bucket(bucketRuns), idKey(id), r) })
	if err != nil {
		return run{}, fmt.Errorf("store run %d: %w", id, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.runs {
		if s.runs[i].ID == id {
			s.runs[i] = r
		}
	}
	return r, nil
}

// run returns one run. Its slices and maps are shared: change them by replacing them.
func (s *store) run(id int) (run, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for i := len(s.runs) - 1; i >= 0; i-- { // asked for mostly while new
		if s.runs[i].ID == id {
			return s.runs[i], true
		}
	}
	return run{}, false
}

// find returns the runs that keep wants, oldest first.
func (s *store) find(keep func(run) bool) []run {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []run
	for _, r := range s.runs {
		if keep(r) {
			found = append(found, r)
		}
	}
	return found
}

// plan returns what a run was compiled to when it was queued.
func (s *store) plan(id int) (*pipeline.Plan, error) {
	var p pipeline.Plan
	err := s.db.View(func(tx *bbolt.Tx) error {
		v := tx.Bucket(bucketPlans).Get(idKey(id))
		if v == nil {
			return errNoRun
		}
		return json.Unmarshal(v, &p)
	})
	if err != nil {
		return nil, fmt.Errorf("read plan of run %d: %w", id, err)
	}
	return &p, nil
}

// storedRecord is a timeline record and the change that wrote it last.
type storedRecord struct {
	agent.Record
	ChangeID     int
	LastModified time.Time
}

func idKey(id int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(id)) } //nolint:gosec // ids are never negative

func putJSON(b *bbolt.Bucket, key []byte, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.Put(key, data)
}
