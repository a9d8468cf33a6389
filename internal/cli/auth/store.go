package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/oauth2"
)

// lockTimeout is how long a command waits for another one that is refreshing the same sign-in.
const lockTimeout = 30 * time.Second

// Store keeps sign-ins between commands: see the package's documentation on where tokens are kept.
type Store struct {
	dir     string
	keyring *patientKeyring
}

// NewStore keeps sign-ins in dir, and their tokens in keyring if it is not nil and works. Nothing is touched yet.
func NewStore(dir string, keyring Keyring) *Store {
	return &Store{dir: dir, keyring: &patientKeyring{inner: keyring, timeout: keyringTimeout}}
}

// record is one sign-in in sign-ins.json.
type record struct {
	Account   Account       `json:"account"`
	InKeyring bool          `json:"inKeyring"`
	Token     *oauth2.Token `json:"token,omitempty"` // unless it is in the keyring
}

func (s *Store) file() string { return filepath.Join(s.dir, "sign-ins.json") }

// locked runs f while no other command of this user reads or changes the store.
func (s *Store) locked(ctx context.Context, f func() error) (err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("create settings folder: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	lock := flock.New(filepath.Join(s.dir, "sign-ins.lock"))
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return fmt.Errorf("wait for another lazuli command to release %s: %w", lock.Path(), err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	return f()
}

func (s *Store) read() (map[string]record, error) {
	info, err := os.Stat(s.file())
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]record{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read sign-ins: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s may be read by others (mode %v) and holds secrets. Make it yours alone: chmod 600 %s",
			s.file(), info.Mode().Perm(), s.file())
	}
	raw, err := os.ReadFile(s.file())
	if err != nil {
		return nil, fmt.Errorf("read sign-ins: %w", err)
	}
	records := map[string]record{}
	if err := json.Unmarshal(raw, &records); err != nil {
		return nil, fmt.Errorf("%s is damaged (%w). Delete it and sign in again: lazuli login", s.file(), err)
	}
	return records, nil
}

// write replaces the file as a whole, so that a crash leaves the old or the new one.
func (s *Store) write(records map[string]record) (err error) {
	raw, err := json.MarshalIndent(records, "", "  ")
	if err != nil {
		return fmt.Errorf("encode sign-ins: %w", err)
	}
	tmp, err := os.CreateTemp(s.dir, "sign-ins.*.tmp") // CreateTemp uses mode 0600
	if err != nil {
		return fmt.Errorf("write sign-ins: %w", err)
	}
	_, err = tmp.Write(raw)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), s.file())
	}
	if err != nil {
		return fmt.Errorf("write sign-ins: %w", errors.Join(err, os.Remove(tmp.Name())))
	}
	return nil
}

// save keeps a fresh sign-in, and says so when that is in a file.
func (s *Store) save(ctx context.Context, cfg Config, account Account, token *oauth2.Token) error {
	return s.locked(ctx, func() error {
		why, err := s.put(account, token)
		if err == nil && why != nil {
			reason := ""
			if !errors.Is(why, errKeyringOff) {
				reason = fmt.Sprintf(", because the keyring cannot be used (%v)", why)
			}
			cfg.say("The sign-in is kept in %s, readable by you alone%s.", s.file(), reason)
		}
		return err
	})
}

// put stores a sign-in; the caller holds the lock. notKeyring is why the tokens went to the file, if they did.
func (s *Store) put(account Account, token *oauth2.Token) (notKeyring, err error) {
	records, err := s.read()
	if err != nil {
		return nil, err
	}
	secret, err := json.Marshal(token) //nolint:gosec // it goes into the keyring, which is the place for it
	if err != nil {
		return nil, fmt.Errorf("encode tokens: %w", err)
	}
	r := record{Account: account, InKeyring: true}
	if notKeyring = s.keyring.set(account.Issuer, string(secret)); notKeyring != nil {
		r.InKeyring, r.Token = false, token
	}
	records[account.Issuer] = r
	return notKeyring, s.write(records)
}

// get returns the sign-in at issuer; its error is a LoginNeededError if there is none. The caller holds the lock.
func (s *Store) get(issuer string) (Account, *oauth2.Token, error) {
	records, err := s.read()
	if err != nil {
		return Account{}, nil, err
	}
	r, ok := records[issuer]
	if !ok {
		return Account{}, nil, loginNeeded(issuer, "there is no sign-in on this machine")
	}
	if !r.InKeyring {
		if r.Token == nil {
			return Account{}, nil, loginNeeded(issuer, "the sign-in on this machine is incomplete")
		}
		return r.Account, r.Token, nil
	}
	secret, err := s.keyring.get(issuer)
	if err != nil {
		return Account{}, nil, loginNeeded(issuer, fmt.Sprintf("the sign-in is in the keyring, which cannot be read (%v)", err))
	}
	var token oauth2.Token
	if err := json.Unmarshal([]byte(secret), &token); err != nil {
		return Account{}, nil, loginNeeded(issuer, "what the keyring holds is not a sign-in of lazuli")
	}
	return r.Account, &token, nil
}

// drop forgets the sign-in at issuer; the caller holds the lock.
func (s *Store) drop(issuer string) error {
	records, err := s.read()
	if err != nil {
		return err
	}
	r, ok := records[issuer]
	if !ok {
		return nil
	}
	delete(records, issuer)
	if err := s.write(records); err != nil {
		return err
	}
	if r.InKeyring {
		if err := s.keyring.delete(issuer); err != nil {
			return fmt.Errorf("delete the sign-in at %s from the keyring: %w", issuer, err)
		}
	}
	return nil
}
