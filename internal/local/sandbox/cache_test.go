package sandbox_test

import (
	"bufio"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// ask sends commands to a Redis server, the first one with the address' password, and answers the last reply's first
// line, or what a string holds.
func ask(t *testing.T, address string, commands ...string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialTimeout("tcp", parsed.Host, 5*time.Second)
	if err != nil {
		return "no connection"
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if password, given := parsed.User.Password(); given {
		commands = append([]string{"AUTH " + password}, commands...)
	}
	replies, last := bufio.NewReader(conn), ""
	for _, command := range commands {
		words := strings.Fields(command)
		request := fmt.Sprintf("*%d\r\n", len(words))
		for _, word := range words {
			request += fmt.Sprintf("$%d\r\n%s\r\n", len(word), word)
		}
		if _, err := conn.Write([]byte(request)); err != nil {
			t.Fatal(err)
		}
		if last, err = replies.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(last, "$") && !strings.HasPrefix(last, "$-1") {
			if last, err = replies.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
	}
	return strings.TrimSpace(last)
}

// newCacheWorld is a world with one of the two sorts of server.
func newCacheWorld(t *testing.T, redis sandbox.RedisConfig) *world {
	t.Helper()
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	w.stop()
	w.cfg.Redis = redis
	w.start()
	return w
}

func (w *world) cache(name string) sandboxapi.Cache {
	w.t.Helper()
	var now sandboxapi.Cache
	if err := w.api.Get(w.t.Context(), sandboxapi.Caches, named(name), &now); err != nil {
		w.t.Fatal(err)
	}
	return now
}

func TestCaches_embedded(t *testing.T) {
	w := newCacheWorld(t, sandbox.RedisConfig{Disabled: true})
	made := put[sandboxapi.Cache](w, sandboxapi.Caches, named("cache"), sandboxapi.CacheSpec{MaxMemoryMB: 64, Persistence: true})
	if made.Honesty != sandboxapi.StandIn || !strings.Contains(made.Implementation, "no persistence although it was asked for") {
		t.Errorf("it says of itself %s, %s", made.Honesty, made.Implementation)
	}
	holdsCache(w, made)
	if got := ask(t, made.URL, "SET brief x PX 1", "PING"); got != "+PONG" {
		t.Errorf("PING is answered by %q", got)
	}
	w.eventually("a key expires by itself", func() bool { return ask(t, made.URL, "GET brief") == "$-1" })

	w.stop()
	w.start()
	if now := w.cache("cache"); now.URL != made.URL || ask(t, now.URL, "GET greeting") != "$-1" {
		t.Errorf("after a restart the address is %s, was %s, and it holds %q", now.URL, made.URL, ask(t, now.URL, "GET greeting"))
	}
	endsCache(w, made)
}

func TestCaches_redis(t *testing.T) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("SKIPPED: redis-server is not installed, so only the stand-in can be tried")
	}
	w := newCacheWorld(t, sandbox.RedisConfig{})
	made := put[sandboxapi.Cache](w, sandboxapi.Caches, named("cache"), sandboxapi.CacheSpec{MaxMemoryMB: 64, Persistence: true})
	if made.Honesty != sandboxapi.Real || !strings.Contains(made.Implementation, "append-only file") {
		t.Errorf("it says of itself %s, %s", made.Honesty, made.Implementation)
	}
	holdsCache(w, made)
	w.stop()
	if got := ask(t, made.URL, "PING"); got != "no connection" {
		t.Errorf("after Close the server answers %q", got)
	}
	w.start()
	if now := w.cache("cache"); now != made || ask(t, now.URL, "GET greeting") != "hello" {
		t.Errorf("after a restart it is %+v, was %+v, and holds %q", now, made, ask(t, now.URL, "GET greeting"))
	}
	fleeting := put[sandboxapi.Cache](w, sandboxapi.Caches, named("cache"), sandboxapi.CacheSpec{MaxMemoryMB: 64})
	if fleeting.URL != made.URL || !strings.Contains(fleeting.Implementation, "empty after a restart") {
		t.Errorf("without persistence it is %+v", fleeting)
	}
	endsCache(w, made)
}

// holdsCache looks at what every cache does.
func holdsCache(w *world, made sandboxapi.Cache) {
	w.t.Helper()
	if got := ask(w.t, made.URL, "SET greeting hello", "GET greeting"); got != "hello" {
		w.t.Errorf("it holds %q", got)
	}
	for _, address := range []string{
		strings.Replace(made.URL, made.Password, "guess", 1), strings.Replace(made.URL, ":"+made.Password+"@", "", 1),
	} {
		if got := ask(w.t, address, "GET greeting"); !strings.HasPrefix(got, "-NOAUTH") {
			w.t.Errorf("to %s it answers %q", address, got)
		}
	}
	if again := put[sandboxapi.Cache](w, sandboxapi.Caches, named("cache"), made.CacheSpec); again != made || ask(w.t, made.URL, "GET greeting") != "hello" {
		w.t.Errorf("asking again gave %+v, had %+v", again, made)
	}
	if err := w.api.Put(w.t.Context(), sandboxapi.Caches, named("tiny"), sandboxapi.CacheSpec{}, nil); err == nil || !strings.Contains(err.Error(), "1 MiB at least") {
		w.t.Errorf("a cache without memory: %v", err)
	}
	w.wantLeft("redis/cache")
}

// endsCache deletes its folder by hand, makes it again and removes it.
func endsCache(w *world, made sandboxapi.Cache) {
	w.t.Helper()
	if err := os.RemoveAll(filepath.Join(w.cfg.Dir, "redis", "payments", "dev", "cache")); err != nil {
		w.t.Fatal(err)
	}
	w.wantGone(sandboxapi.Caches, named("cache"))
	again := put[sandboxapi.Cache](w, sandboxapi.Caches, named("cache"), made.CacheSpec)
	if got := ask(w.t, again.URL, "GET greeting"); got != "$-1" {
		w.t.Errorf("made again, it holds %q", got)
	}
	w.remove(sandboxapi.Caches, named("cache"))
	if got := ask(w.t, again.URL, "PING"); got != "no connection" {
		w.t.Errorf("removed, it answers %q", got)
	}
	w.wantLeft()
}
