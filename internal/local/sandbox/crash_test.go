//go:build unix

package sandbox_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// runUntilKilled is a sandbox in a process of its own; it prints the control API's address.
func runUntilKilled(dir string) {
	box, err := sandbox.Open(sandbox.Config{Dir: dir, SitesAddr: "127.0.0.1:0", Token: token, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		err = box.Start(context.Background())
	}
	if err != nil {
		fmt.Println("failed:", err)
		return
	}
	server := http.Server{Handler: box.Handler(), ReadHeaderTimeout: time.Second}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println("failed:", err)
		return
	}
	fmt.Println("http://" + listener.Addr().String())
	_ = server.Serve(listener)
}

func TestSandbox_killed(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{})
	w.stop() // its folder is the other process's for now
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := exec.CommandContext(t.Context(), binary)
	other.Env = append(os.Environ(), "CRASH_IN="+w.cfg.Dir)
	stdout, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() {
		t.Fatal("the other process says nothing")
	}
	w.api = sandboxapi.NewClient(lines.Text(), token)
	vm := put[sandboxapi.Machine](w, sandboxapi.Machines, named("vm"), sandboxapi.MachineSpec{})
	db := put[sandboxapi.Database](w, sandboxapi.Databases, named("db"), sandboxapi.DatabaseSpec{})
	site := put[sandboxapi.Site](w, sandboxapi.Sites, named("site"), sandboxapi.SiteSpec{Settings: map[string]string{"DATABASE_URL": db.URL}})
	cache := put[sandboxapi.Cache](w, sandboxapi.Caches, named("cache"), sandboxapi.CacheSpec{MaxMemoryMB: 64, Persistence: true})
	if got := ask(t, cache.URL, "SET greeting hello"); got != "+OK" {
		t.Fatal(got)
	}

	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // killed: that it failed is the plan
	w.start()
	if now := w.machine("vm"); now.PID == 0 || now.PID == vm.PID {
		t.Errorf("the machine's process is %d, was %d", now.PID, vm.PID)
	}
	w.eventually("the stray process of the machine is gone", func() bool { return !alive(vm.PID) })
	var after sandboxapi.Database
	if err := w.api.Get(t.Context(), sandboxapi.Databases, named("db"), &after); err != nil || after != db {
		t.Errorf("the database is %v (%v), was %v", after, err, db)
	}
	if now := w.cache("cache"); now != cache {
		t.Errorf("the cache is %+v, was %+v", now, cache)
	}
	if got := ask(t, cache.URL, "GET greeting"); cache.Honesty == sandboxapi.Real && got != "hello" {
		t.Errorf("the cache holds %q", got)
	}
	if status, body := w.visit(site.URL); status != http.StatusOK {
		t.Errorf("the site answers %d %s", status, body)
	}
}
