package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// cluster is a PostgreSQL server of our own: made by initdb on first use, on a loopback port of its own, with a random
// password for its administrator. It outlives a crash of this process and is taken over at the next start.
type cluster struct {
	bin    string // folder with initdb and pg_ctl
	dir    string // the sandbox's folder
	file   string // where clusterState is kept
	home   string // where the data folder should be
	owner  *owner // who runs the server; nil is ourselves
	logger *slog.Logger
	gate   chan struct{} // one token: only one caller starts or stops the server
}

// clusterState is what is needed to find and enter the cluster again. The file has mode 0600.
type clusterState struct {
	Data     string `json:"data"` // data folder
	Port     int    `json:"port"`
	Password string `json:"password"`
}

const (
	clusterAdmin = "lazuli"
	initTimeout  = 2 * time.Minute // initdb takes 1.5 s on an idle laptop
	startTimeout = 60 * time.Second
	pingTimeout  = 3 * time.Second
)

// findPostgres looks for the server's programs: in bin, on the PATH, then where Linux distributions, Homebrew and
// Postgres.app put them. Some PATHs have initdb alone, so all three programs must be there.
func findPostgres(bin string) (string, bool) {
	folders := []string{bin}
	if bin == "" {
		folders = nil
		if program, err := exec.LookPath("pg_ctl"); err == nil {
			if program, err = filepath.EvalSymlinks(program); err == nil {
				folders = append(folders, filepath.Dir(program))
			}
		}
		for _, pattern := range []string{
			"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
			"/Applications/Postgres.app/Contents/Versions/latest/bin",
		} {
			matches, _ := filepath.Glob(pattern) // the only error is a bad pattern
			slices.Reverse(matches)              // the newest first
			folders = append(folders, matches...)
		}
	}
	for _, folder := range folders {
		complete := true
		for _, program := range []string{"initdb", "pg_ctl", "postgres"} {
			_, err := exec.LookPath(filepath.Join(folder, program))
			complete = complete && err == nil
		}
		if complete {
			return folder, true
		}
	}
	return "", false
}

func newCluster(dir, bin string, logger *slog.Logger) *cluster {
	c := &cluster{bin: bin, dir: dir, file: filepath.Join(dir, "postgres.json"), logger: logger, gate: make(chan struct{}, 1)}
	c.owner = unprivileged()
	c.home = c.owner.home(dir)
	c.gate <- struct{}{}
	return c
}

func (s clusterState) dsn() string {
	return (&url.URL{
		Scheme: "postgres", User: url.UserPassword(clusterAdmin, s.Password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port)), Path: "/postgres", RawQuery: "sslmode=disable&connect_timeout=5",
	}).String()
}

// dsn answers the administrator's URL of the running server, starting it if it is down.
func (c *cluster) dsn(ctx context.Context) (string, error) {
	select {
	case <-c.gate:
		defer func() { c.gate <- struct{}{} }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	state, err := c.load()
	if err != nil {
		return "", err
	}
	if state.Data != "" && ping(ctx, state.dsn()) == nil {
		return state.dsn(), nil
	}
	if state.Data == "" {
		if state, err = c.init(ctx); err != nil {
			return "", fmt.Errorf("make the private PostgreSQL cluster: %w", err)
		}
	}
	if state, err = c.start(ctx, state); err != nil {
		return "", fmt.Errorf("start the private PostgreSQL server: %w", err)
	}
	return state.dsn(), nil
}

func ping(ctx context.Context, dsn string) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// load answers a state without a data folder where there is no cluster yet (or its folder was deleted).
func (c *cluster) load() (clusterState, error) {
	var state clusterState
	text, err := os.ReadFile(c.file)
	if errors.Is(err, fs.ErrNotExist) {
		return clusterState{}, nil
	}
	if err != nil {
		return state, fmt.Errorf("read the cluster's settings: %w", err)
	}
	if err := json.Unmarshal(text, &state); err != nil {
		return state, fmt.Errorf("read the cluster's settings in %s: %w", c.file, err)
	}
	if _, err := os.Stat(filepath.Join(state.Data, "PG_VERSION")); err != nil {
		return clusterState{}, nil
	}
	return state, nil
}

func (c *cluster) save(state clusterState) error {
	text, err := json.Marshal(state) // #nosec G117 -- the file is where the password is kept, with mode 0600
	if err != nil {
		return fmt.Errorf("encode the cluster's settings: %w", err)
	}
	if err := os.WriteFile(c.file+".new", text, 0o600); err != nil {
		return fmt.Errorf("write the cluster's settings: %w", err)
	}
	if err := os.Rename(c.file+".new", c.file); err != nil {
		return fmt.Errorf("write the cluster's settings: %w", err)
	}
	return nil
}

// init makes the data folder. What an interrupted attempt has left is removed first: without our settings file nobody
// has the password to it.
func (c *cluster) init(ctx context.Context) (clusterState, error) {
	c.sweep(ctx)
	state := clusterState{Data: filepath.Join(c.home, "data"), Password: rand.Text()}
	if err := c.owner.makeHome(c.dir, c.home); err != nil {
		return state, err
	}
	if err := os.RemoveAll(state.Data); err != nil {
		return state, fmt.Errorf("clear %s: %w", state.Data, err)
	}
	ctx, cancel := context.WithTimeout(ctx, initTimeout)
	defer cancel()
	// The password goes by a file, never by an argument that other users could list.
	passwordFile := filepath.Join(c.home, "password")
	if err := os.WriteFile(passwordFile, []byte(state.Password+"\n"), 0o600); err != nil {
		return state, fmt.Errorf("password for initdb: %w", err)
	}
	if err := c.owner.give(passwordFile); err != nil {
		return state, err
	}
	err := c.run(ctx, "initdb", "--pgdata", state.Data, "--username", clusterAdmin, "--pwfile", passwordFile,
		"--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C")
	if err := errors.Join(err, os.Remove(passwordFile)); err != nil {
		return state, err
	}
	return state, c.save(state)
}

// start uses the port of last time, because URLs with it are in Terraform states; another program on it means a new one,
// which the next plan of each environment will show.
func (c *cluster) start(ctx context.Context, state clusterState) (clusterState, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout+10*time.Second)
	defer cancel()
	port, err := freePort(state.Port)
	if err != nil {
		return state, err
	}
	if port != state.Port {
		state.Port = port
		if err := c.save(state); err != nil {
			return state, err
		}
	}
	err = c.run(ctx, "pg_ctl", "start", "--pgdata", state.Data, "--wait", "--timeout", strconv.Itoa(int(startTimeout.Seconds())),
		"--log", filepath.Join(c.home, "server.log"),
		"--options", fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c shared_buffers=16MB", port))
	if err != nil {
		return state, fmt.Errorf("%w (its log is %s)", err, filepath.Join(c.home, "server.log"))
	}
	c.logger.Info("private PostgreSQL server is up", "port", port, "data", state.Data)
	return state, lockDown(ctx, state.dsn())
}

// lockDown keeps the environments' roles out of the databases that come with a server.
func lockDown(ctx context.Context, dsn string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	_, err = conn.Exec(ctx, "REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")
	return errors.Join(err, conn.Close(ctx))
}

// sweep removes clusters in /var/tmp whose sandboxes were deleted by deleting their folder, with the servers that a
// crash may have left running in them.
func (c *cluster) sweep(ctx context.Context) {
	for _, home := range c.owner.abandoned() {
		_ = c.run(ctx, "pg_ctl", "stop", "--pgdata", filepath.Join(home, "data"), "--mode", "immediate", "--wait") // most are down already
		if err := os.RemoveAll(home); err != nil {
			c.logger.Warn("an abandoned database folder stays", "folder", home, "error", err)
		}
	}
}

// stop ends the server, and with it all connections to it.
func (c *cluster) stop(ctx context.Context) error {
	select {
	case <-c.gate:
		defer func() { c.gate <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	state, err := c.load()
	if err != nil || state.Data == "" {
		return err
	}
	if _, err := os.Stat(filepath.Join(state.Data, "postmaster.pid")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := c.run(ctx, "pg_ctl", "stop", "--pgdata", state.Data, "--mode", "fast", "--wait"); err != nil {
		if c.run(ctx, "pg_ctl", "status", "--pgdata", state.Data) != nil && ping(ctx, state.dsn()) != nil {
			return nil // it was dead already and had left its pid file
		}
		return fmt.Errorf("stop the private PostgreSQL server: %w", err)
	}
	return nil
}

// run calls one of PostgreSQL's programs as the cluster's owner.
func (c *cluster) run(ctx context.Context, program string, args ...string) error {
	// #nosec G204 G702 -- the program is one of three in a folder that the user chose or the system has
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, program), args...)
	c.owner.apply(cmd)
	cmd.Dir = string(filepath.Separator) // a folder that the owner can certainly be in
	cmd.Env = []string{"PATH=" + c.bin + string(os.PathListSeparator) + os.Getenv("PATH"), "LC_ALL=C"}
	// A file, not a pipe: the server that pg_ctl leaves behind holds on to it, and waiting for a pipe's end would take for ever.
	out, err := os.CreateTemp("", "lazuli-postgres-*.log")
	if err != nil {
		return fmt.Errorf("output of %s: %w", program, err)
	}
	defer func() { _, _ = out.Close(), os.Remove(out.Name()) }() // a file of ours in the temporary folder
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(out.Name()) // best effort: err is the news
		return fmt.Errorf("%s: %w: %s", program, err, lastLines(text, 3))
	}
	return nil
}

// freePort answers wanted if nobody listens on it, else one that is free now.
func freePort(wanted int) (int, error) {
	for _, port := range []int{wanted, 0} {
		listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		port = listener.Addr().(*net.TCPAddr).Port
		if err := listener.Close(); err != nil {
			return 0, fmt.Errorf("find a free port: %w", err)
		}
		return port, nil
	}
	return 0, errors.New("find a free port: none on 127.0.0.1")
}
