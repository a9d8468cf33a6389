package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// site serves one web app.
type site struct {
	record  siteRecord
	handler http.Handler
	process *process // runtime process only
	root    *os.Root // runtime static with a source only
	failure string   // why it does not run
}

// readyTimeout is how long a process has to listen on its port before the deployment fails.
const readyTimeout = 20 * time.Second

// open starts a site. It always returns one, which tells visitors about the error if there is one.
func (s *sites) open(ctx context.Context, record siteRecord) (*site, error) {
	v := &site{record: record}
	if record.Spec.Power == sandboxapi.Off {
		return v, nil
	}
	var err error
	switch {
	case record.Spec.Runtime == sandboxapi.RuntimeProcess:
		err = v.openProcess(ctx, s)
	case record.Spec.Folder != "" || record.Spec.Archive != "" || len(record.Spec.Files) > 0:
		err = v.openStatic(s.content(record))
	default:
		v.handler = defaultPage(record)
	}
	if err != nil {
		v.close()
		v.failure, v.handler = err.Error(), nil
	}
	return v, err
}

// content is the folder that a site is served from, or that its process runs in.
func (s *sites) content(record siteRecord) string {
	if record.Spec.Folder != "" {
		return record.Spec.Folder
	}
	return filepath.Join(s.folder(record.ID), "content")
}

// openStatic serves a folder, which links inside it cannot leave.
func (v *site) openStatic(folder string) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("open content of site %s: %w", v.record.ID, err)
	}
	v.root = root
	v.handler = http.FileServerFS(root.FS())
	return nil
}

// openProcess starts the site's command and waits until it listens.
func (v *site) openProcess(ctx context.Context, s *sites) error {
	port, err := freePort(0)
	if err != nil {
		return err
	}
	settings := maps.Clone(v.record.Spec.Settings)
	if settings == nil {
		settings = map[string]string{}
	}
	settings["PORT"] = strconv.Itoa(port)
	own := s.folder(v.record.ID)
	output := filepath.Join(own, "output.log")
	v.process, err = supervise(processSpec{
		Name: "site " + v.record.ID.String(), Argv: v.record.Spec.Command, Dir: s.content(v.record),
		Env: plainEnv(own, settings), Output: output, PID: filepath.Join(own, "process.pid"),
	}, s.cfg.Logger)
	if err != nil {
		return invalid("The site's command does not start: %v.", err)
	}
	target := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	if err := awaitListener(ctx, target); err != nil {
		return invalid("The site's command does not listen on its PORT (%s). The end of its output:\n%s", err, tail(output, 10))
	}
	v.handler = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: target})
			r.SetXForwarded()
			r.Out.Host = r.In.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			_, status := v.process.state()
			sitePage(w, http.StatusBadGateway, "The site does not answer", "Its process: "+status+" ("+err.Error()+").")
		},
	}
	return nil
}

// awaitListener waits until something accepts connections at addr.
func awaitListener(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	dialer := net.Dialer{Timeout: time.Second}
	for {
		conn, err := dialer.DialContext(ctx, "tcp", addr)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("nothing listens on %s after %s", addr, readyTimeout)
		}
	}
}

func (v *site) close() {
	if v.process != nil {
		v.process.stop()
	}
	if v.root != nil {
		_ = v.root.Close() // only read from
	}
}

func (v *site) status() string {
	switch {
	case v.failure != "":
		return "failed: " + v.failure
	case v.record.Spec.Power == sandboxapi.Off:
		return "stopped"
	case v.process != nil:
		_, status := v.process.state()
		return status
	default:
		return "running"
	}
}

// ServeHTTP answers a visitor.
func (v *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case v.failure != "":
		sitePage(w, http.StatusServiceUnavailable, "The site does not run", v.failure)
	case v.record.Spec.Power == sandboxapi.Off:
		sitePage(w, http.StatusForbidden, "The site is stopped", "Wake its environment, or deploy it with power on.")
	case v.record.Spec.Runtime == sandboxapi.RuntimeStatic && r.URL.Path == "/.settings":
		writeSettingNames(w, v.record.Spec.Settings)
	case v.record.Spec.Runtime == sandboxapi.RuntimeStatic && strings.HasPrefix(r.URL.Path, "/.") && r.URL.Path != "/.well-known" && !strings.HasPrefix(r.URL.Path, "/.well-known/"):
		http.NotFound(w, r) // .git and .env are in many folders and are nobody's business
	default:
		v.handler.ServeHTTP(w, r)
	}
}

// writeSettingNames shows which settings a site has. Values stay here: some are secrets, and nobody has said which.
func writeSettingNames(w http.ResponseWriter, settings map[string]string) {
	names := slices.Sorted(maps.Keys(settings))
	if names == nil {
		names = []string{}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string][]string{"names": names}) // the visitor has gone away
}
