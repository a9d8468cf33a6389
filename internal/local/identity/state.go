package identity

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

// The buckets of identity.db. Each holds JSON records with an expiry; a key that is a secret is stored as its SHA-256.
var (
	bucketRequests = []byte("requests")  // id of a sign-in request → signInRequest; written by Authorize
	bucketCodes    = []byte("codes")     // authorization code → grant; written when a user is chosen
	bucketDevices  = []byte("devices")   // device code → device; written by DeviceAuthorization and the device page
	bucketUserCode = []byte("userCodes") // user code → key of its device; written by DeviceAuthorization
	bucketSessions = []byte("sessions")  // session cookie → session; written when a user is chosen in a browser
	bucketRefresh  = []byte("refresh")   // refresh token → grant; written by every grant with offline_access
)

var allBuckets = [][]byte{bucketRequests, bucketCodes, bucketDevices, bucketUserCode, bucketSessions, bucketRefresh}

// errAbsent says that a record does not exist, has expired, or was used up. Callers never tell these apart:
// the difference would help only a guesser.
var errAbsent = errors.New("no such record, or it has expired")

// state is the issuer's durable memory. Every method is one transaction, on disk when it returns.
type state struct {
	db        *bolt.DB
	now       func() time.Time
	nextSweep time.Time // guarded by bbolt: there is one writer at a time
}

// envelope gives every record its expiry, so that one sweep serves all buckets.
type envelope struct {
	Expires time.Time       `json:"expires"`
	Data    json.RawMessage `json:"data"`
}

func openState(dir string, now func() time.Time) (*state, error) {
	file := filepath.Join(dir, "identity.db")
	// The timeout turns a second process on the same folder into an error in place of a hang.
	db, err := bolt.Open(file, 0o600, &bolt.Options{Timeout: 2 * time.Second})
	if err != nil {
		return nil, fmt.Errorf("open identity state %s: %w", file, err)
	}
	s := &state{db: db, now: now}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, b := range allBuckets {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return s.sweep(tx)
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare identity state %s: %w", file, err), db.Close())
	}
	return s, nil
}

func (s *state) close() error { return s.db.Close() }

// update runs fn in one transaction that is on disk when update returns nil.
func (s *state) update(fn func(tx *bolt.Tx) error) error { return s.db.Update(fn) }

// put stores v under key until expires, and clears away what has expired.
func (s *state) put(tx *bolt.Tx, bucket, key []byte, v any, expires time.Time) error {
	if err := s.sweep(tx); err != nil {
		return err
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s record: %w", bucket, err)
	}
	record, err := json.Marshal(envelope{Expires: expires, Data: data})
	if err != nil {
		return fmt.Errorf("encode %s envelope: %w", bucket, err)
	}
	return tx.Bucket(bucket).Put(key, record)
}

// get reads the record under key into v and returns its expiry; errAbsent if there is none that is still good.
func (s *state) get(tx *bolt.Tx, bucket, key []byte, v any) (time.Time, error) {
	var record envelope
	raw := tx.Bucket(bucket).Get(key)
	if raw == nil {
		return time.Time{}, errAbsent
	}
	if err := json.Unmarshal(raw, &record); err != nil {
		return time.Time{}, fmt.Errorf("decode %s envelope: %w", bucket, err)
	}
	if !s.now().Before(record.Expires) {
		return time.Time{}, errAbsent
	}
	if err := json.Unmarshal(record.Data, v); err != nil {
		return time.Time{}, fmt.Errorf("decode %s record: %w", bucket, err)
	}
	return record.Expires, nil
}

// take reads a record and deletes it: of two callers, one gets it.
func (s *state) take(tx *bolt.Tx, bucket, key []byte, v any) error {
	if _, err := s.get(tx, bucket, key, v); err != nil {
		return err
	}
	return tx.Bucket(bucket).Delete(key)
}

// read is get in a read-only transaction.
func (s *state) read(bucket, key []byte, v any) error {
	return s.db.View(func(tx *bolt.Tx) error {
		_, err := s.get(tx, bucket, key, v)
		return err
	})
}

// sweepEvery is how often a write also clears away what has expired.
const sweepEvery = time.Hour

func (s *state) sweep(tx *bolt.Tx) error {
	now := s.now()
	if now.Before(s.nextSweep) {
		return nil
	}
	s.nextSweep = now.Add(sweepEvery)
	for _, name := range allBuckets {
		b := tx.Bucket(name)
		var gone [][]byte // deleting under a cursor would skip its neighbour
		err := b.ForEach(func(k, v []byte) error {
			var record envelope
			if err := json.Unmarshal(v, &record); err != nil || !now.Before(record.Expires) {
				gone = append(gone, bytes.Clone(k))
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("scan %s: %w", name, err)
		}
		for _, k := range gone {
			if err := b.Delete(k); err != nil {
				return fmt.Errorf("sweep %s: %w", name, err)
			}
		}
	}
	return nil
}

// newSecret returns 256 bits of randomness as URL-safe text.
func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b) //nolint:errcheck // never fails: crypto/rand ends the process instead (Go 1.24)
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashed is the key under which a secret's record is stored.
func hashed(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
