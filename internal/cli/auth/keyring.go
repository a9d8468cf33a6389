package auth

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/zalando/go-keyring"
)

// keyringTimeout is how long a keyring may take; one that asks the person to unlock it does so within.
const keyringTimeout = 5 * time.Second

// keyringService is the name that a keyring's own window shows.
const keyringService = "lazuli"

// Keyring keeps secrets outside of files. Get's error for what is not there may be anything.
type Keyring interface {
	Set(service, user, secret string) error
	Get(service, user string) (string, error)
	Delete(service, user string) error
}

// SystemKeyring is the keyring of the operating system: Keychain, Credential Manager or the Secret Service.
func SystemKeyring() Keyring { return systemKeyring{} }

type systemKeyring struct{}

func (systemKeyring) Set(service, user, secret string) error {
	return keyring.Set(service, user, secret)
}
func (systemKeyring) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (systemKeyring) Delete(service, user string) error        { return keyring.Delete(service, user) }

var errKeyringOff = errors.New("the keyring is switched off")

// patientKeyring gives a keyring a deadline, for the Secret Service may wait for ever for a desktop that is not there.
type patientKeyring struct {
	inner   Keyring
	timeout time.Duration
	hangs   atomic.Bool // it has not answered once; it is not asked again
}

// do runs f for at most the timeout. A call that hangs cannot be called off (the libraries take no context), so its
// goroutine is left behind: one per process, which is short-lived, because a keyring that hangs is not asked again.
func (k *patientKeyring) do(f func(Keyring) error) error {
	if k.inner == nil {
		return errKeyringOff
	}
	if k.hangs.Load() {
		return fmt.Errorf("the keyring did not answer within %s", k.timeout)
	}
	done := make(chan error, 1)
	go func() { done <- f(k.inner) }()
	timer := time.NewTimer(k.timeout)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		k.hangs.Store(true)
		return fmt.Errorf("the keyring did not answer within %s", k.timeout)
	}
}

func (k *patientKeyring) set(user, secret string) error {
	return k.do(func(inner Keyring) error { return inner.Set(keyringService, user, secret) })
}

func (k *patientKeyring) delete(user string) error {
	return k.do(func(inner Keyring) error { return inner.Delete(keyringService, user) })
}

func (k *patientKeyring) get(user string) (string, error) {
	answer := make(chan string, 1) // not a captured variable: a late answer must not race with our return
	err := k.do(func(inner Keyring) error {
		secret, err := inner.Get(keyringService, user)
		answer <- secret
		return err
	})
	if err != nil {
		return "", err
	}
	return <-answer, nil
}
