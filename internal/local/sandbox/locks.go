package sandbox

import (
	"context"
	"sync"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// locks makes calls for one resource wait for each other, while those for different ones (Terraform applies ten at a
// time) go on together.
type locks struct {
	mu   sync.Mutex
	held map[string]*keyLock
}

type keyLock struct {
	free  chan struct{} // holds one token while nobody has the lock
	users int           // holders and waiters; the last one takes the entry away
}

// lock waits for key until ctx ends. Call the function it returns to let go.
func (l *locks) lock(ctx context.Context, key string) (unlock func(), err error) {
	k := l.enter(key)
	select {
	case <-k.free:
		return func() { k.free <- struct{}{}; l.leave(key, k) }, nil
	case <-ctx.Done():
		l.leave(key, k)
		return nil, ctx.Err()
	}
}

// resource makes calls for one resource wait for each other.
func (l *locks) resource(ctx context.Context, kind sandboxapi.Kind, id sandboxapi.ID) (unlock func(), err error) {
	return l.lock(ctx, string(kind)+" "+id.String())
}

func (l *locks) enter(key string) *keyLock {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = map[string]*keyLock{}
	}
	k := l.held[key]
	if k == nil {
		k = &keyLock{free: make(chan struct{}, 1)}
		k.free <- struct{}{}
		l.held[key] = k
	}
	k.users++
	return k
}

func (l *locks) leave(key string, k *keyLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k.users--; k.users == 0 {
		delete(l.held, key)
	}
}
