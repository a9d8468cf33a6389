package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// store keeps one JSON record for each resource, in a bucket for each kind, under project/environment/name.
// Every write is on the disk when it returns.
type store struct{ db *bbolt.DB }

// settingsBucket holds what the sandbox remembers about itself.
const settingsBucket = "settings"

func openStore(path string) (*store, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open %s: another process has it open (is `lazuli up` running already?)", path)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return &store{db: db}, nil
}

func (s *store) close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close the sandbox's records: %w", err)
	}
	return nil
}

func (s *store) putRaw(bucket, key string, value []byte) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte(bucket))
		if err != nil {
			return fmt.Errorf("bucket %s: %w", bucket, err)
		}
		return b.Put([]byte(key), value)
	})
	if err != nil {
		return fmt.Errorf("write record %s %s: %w", bucket, key, err)
	}
	return nil
}

func (s *store) put(bucket, key string, record any) error {
	text, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("encode record %s %s: %w", bucket, key, err)
	}
	return s.putRaw(bucket, key, text)
}

// get reports false where there is no such record.
func (s *store) get(bucket, key string, record any) (bool, error) {
	var text []byte
	err := s.db.View(func(tx *bbolt.Tx) error {
		if b := tx.Bucket([]byte(bucket)); b != nil {
			text = append(text, b.Get([]byte(key))...)
		}
		return nil
	})
	if err != nil || text == nil {
		return false, err
	}
	if err := json.Unmarshal(text, record); err != nil {
		return false, fmt.Errorf("decode record %s %s: %w", bucket, key, err)
	}
	return true, nil
}

func (s *store) remove(bucket, key string) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		if b := tx.Bucket([]byte(bucket)); b != nil {
			return b.Delete([]byte(key))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remove record %s %s: %w", bucket, key, err)
	}
	return nil
}

// keys lists the keys of a bucket that begin with prefix, in order.
func (s *store) keys(bucket, prefix string) ([]string, error) {
	var keys []string
	err := s.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		if b == nil {
			return nil
		}
		cursor := b.Cursor()
		for k, _ := cursor.Seek([]byte(prefix)); k != nil && strings.HasPrefix(string(k), prefix); k, _ = cursor.Next() {
			keys = append(keys, string(k))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list records %s: %w", bucket, err)
	}
	return keys, nil
}

// ids lists the resources of a kind; empty project and environment mean all.
func (s *store) ids(kind sandboxapi.Kind, project, environment string) ([]sandboxapi.ID, error) {
	prefix := ""
	if project != "" {
		prefix = project + "/" + environment + "/"
	}
	keys, err := s.keys(string(kind), prefix)
	if err != nil {
		return nil, err
	}
	ids := make([]sandboxapi.ID, 0, len(keys))
	for _, key := range keys {
		if part := strings.SplitN(key, "/", 3); len(part) == 3 {
			ids = append(ids, sandboxapi.ID{Project: part[0], Environment: part[1], Name: part[2]})
		}
	}
	return ids, nil
}

// setting answers "" where nothing was set, or nothing could be read.
func (s *store) setting(key string) string {
	var value string
	if found, err := s.get(settingsBucket, key, &value); err != nil || !found {
		return ""
	}
	return value
}

func (s *store) setSetting(key, value string) error { return s.put(settingsBucket, key, value) }
