package sandbox

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/alicebob/miniredis/v2"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

const (
	cachePID    = "process.pid"
	cacheConfig = "redis.conf"
)

// newCacheMaker chooses Redis itself where it is installed.
func newCacheMaker(cfg Config) cacheMaker {
	if cfg.Redis.Disabled {
		return embeddedRedis{}
	}
	program := cfg.Redis.Program
	if program == "" {
		program = "redis-server"
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return embeddedRedis{}
	}
	return &installedRedis{program: path, logger: cfg.Logger, version: sync.OnceValue(func() string { return redisVersion(path) })}
}

// installedRedis runs a redis-server process for each cache.
type installedRedis struct {
	program string
	logger  *slog.Logger
	version func() string
}

// redisVersion reads "Redis server v=7.0.15 sha=…", and what its relatives print in its place.
func redisVersion(program string) string {
	out, err := exec.Command(program, "--version").Output() // #nosec G204 -- the user's own redis-server
	if err != nil {
		return "Redis"
	}
	product, rest, _ := strings.Cut(string(out), " ")
	_, rest, _ = strings.Cut(rest, "v=")
	version, _, _ := strings.Cut(rest, " ")
	return strings.TrimSpace(product + " " + version)
}

func (r *installedRedis) honesty() sandboxapi.Honesty { return sandboxapi.Real }

func (r *installedRedis) implementation(spec sandboxapi.CacheSpec) string {
	if spec.Persistence {
		return r.version() + " (process of its own, append-only file)"
	}
	return r.version() + " (process of its own, empty after a restart)"
}

// start returns when the server listens. The password goes by a file, never by an argument that other users could list.
func (r *installedRedis) start(ctx context.Context, folder string, record cacheRecord) (cacheServer, error) {
	appendOnly := "no"
	if record.Spec.Persistence {
		appendOnly = "yes"
	}
	config := fmt.Sprintf("bind 127.0.0.1\nport %d\nrequirepass %s\nmaxmemory %dmb\nmaxmemory-policy volatile-lru\nappendonly %s\nsave \"\"\ndir ./\ndaemonize no\n",
		record.Port, record.Password, record.Spec.MaxMemoryMB, appendOnly)
	if err := os.WriteFile(filepath.Join(folder, cacheConfig), []byte(config), 0o600); err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	output := filepath.Join(folder, "output.log")
	p, err := supervise(processSpec{
		Name: "redis " + record.ID.String(), Argv: []string{r.program, cacheConfig}, Dir: folder,
		Env: plainEnv(folder, nil), Output: output, PID: filepath.Join(folder, cachePID),
	}, r.logger)
	if err != nil {
		return nil, err
	}
	if err := awaitListener(ctx, net.JoinHostPort("127.0.0.1", strconv.Itoa(record.Port))); err != nil {
		p.stop()
		return nil, fmt.Errorf("%w; the end of its output:\n%s", err, tail(output, 5))
	}
	return p, nil
}

// embeddedRedis serves the protocol from this process where Redis is not installed.
type embeddedRedis struct{}

type embeddedServer struct{ *miniredis.Miniredis }

func (s embeddedServer) stop() { s.Close() }

func (embeddedRedis) honesty() sandboxapi.Honesty { return sandboxapi.StandIn }

func (embeddedRedis) implementation(spec sandboxapi.CacheSpec) string {
	if spec.Persistence {
		return "miniredis inside Lazuli, because Redis is not installed: no memory limit, and no persistence although it was asked for"
	}
	return "miniredis inside Lazuli, because Redis is not installed: no memory limit, empty after a restart"
}

func (embeddedRedis) start(_ context.Context, _ string, record cacheRecord) (cacheServer, error) {
	server := miniredis.NewMiniRedis()
	server.RequireAuth(record.Password)
	server.ClockTTL(true) // keys expire as time goes by, not only when a test says so
	if err := server.StartAddr(net.JoinHostPort("127.0.0.1", strconv.Itoa(record.Port))); err != nil {
		return nil, err
	}
	return embeddedServer{server}, nil
}
