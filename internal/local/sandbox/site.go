package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// siteRecord is what is stored for each site.
type siteRecord struct {
	ID   sandboxapi.ID       `json:"id"`
	Host string              `json:"host"` // without the port; decided once
	Spec sandboxapi.SiteSpec `json:"spec"`
}

// sites is the kind that serves web apps. It is also the handler behind the sites' port.
type sites struct {
	cfg      Config
	store    *store
	root     string
	listener net.Listener

	mu      sync.RWMutex
	running map[string]*site // by host; those that are off are in it too
}

// newSites makes the kind; listener is where the sites will be served.
func newSites(cfg Config, st *store, listener net.Listener) *sites {
	return &sites{cfg: cfg, store: st, root: filepath.Join(cfg.Dir, "sites"), listener: listener, running: map[string]*site{}}
}

// startAll brings back every site that is recorded. One that cannot start says so when it is asked for; it keeps no
// other from starting.
func (s *sites) startAll(ctx context.Context) error {
	ids, err := s.store.ids(sandboxapi.Sites, "", "")
	if err != nil {
		return err
	}
	for _, id := range ids {
		var record siteRecord
		if _, err := s.store.get(string(sandboxapi.Sites), id.String(), &record); err != nil {
			return err
		}
		if err := s.run(ctx, record); err != nil {
			s.cfg.Logger.Warn("site does not start", "id", id.String(), "error", err)
		}
	}
	return nil
}

func (s *sites) stopAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var waiting sync.WaitGroup
	for host, site := range s.running {
		waiting.Go(site.close)
		delete(s.running, host)
	}
	waiting.Wait()
}

func (s *sites) folder(id sandboxapi.ID) string {
	return filepath.Join(s.root, id.Project, id.Environment, id.Name)
}

// hostFor answers <project>-<environment>-<name>.localhost, which browsers resolve to this machine. Names have dashes of
// their own, so two sites may want the same host; the second one gets a digest to tell it apart.
func (s *sites) hostFor(id sandboxapi.ID) (string, error) {
	label := shortened(id.Project+"-"+id.Environment+"-"+id.Name, maxLabel)
	owner := s.store.setting("host " + label)
	if owner == "" || owner == id.String() {
		return label + ".localhost", s.store.setSetting("host "+label, id.String())
	}
	return label[:min(len(label), maxLabel-9)] + shortened("-"+strings.Repeat("-", maxLabel)+id.String(), 9) + ".localhost", nil
}

// maxLabel is the longest part of a host name that DNS allows.
const maxLabel = 63

func (s *sites) put(ctx context.Context, id sandboxapi.ID, text []byte) (any, error) {
	var spec sandboxapi.SiteSpec
	if err := decodeSpec(text, &spec); err != nil {
		return nil, err
	}
	spec.Runtime = cmp.Or(spec.Runtime, sandboxapi.RuntimeStatic)
	spec.Power = cmp.Or(spec.Power, sandboxapi.On)
	if err := checkSite(spec); err != nil {
		return nil, err
	}
	record := siteRecord{}
	found, err := s.store.get(string(sandboxapi.Sites), id.String(), &record)
	if err != nil {
		return nil, err
	}
	if !found {
		record.ID = id
		if record.Host, err = s.hostFor(id); err != nil {
			return nil, err
		}
	}
	record.Spec = spec
	if err := s.store.put(string(sandboxapi.Sites), id.String(), record); err != nil {
		return nil, err
	}
	if err := s.deploy(record); err != nil {
		return nil, err
	}
	if err := s.run(ctx, record); err != nil {
		return nil, err
	}
	return s.describe(record), nil
}

// checkSite refuses what cannot be served, in words that name the input.
func checkSite(spec sandboxapi.SiteSpec) error {
	sources := 0
	for _, given := range []bool{spec.Folder != "", spec.Archive != "", len(spec.Files) > 0} {
		if given {
			sources++
		}
	}
	switch {
	case sources > 1:
		return invalid("A site has one source: give folder, archive or files, not several of them.")
	case spec.Power != sandboxapi.On && spec.Power != sandboxapi.Off:
		return invalid("power is %q; it can be on or off.", spec.Power)
	case spec.Folder != "" && !filepath.IsAbs(spec.Folder), spec.Archive != "" && !filepath.IsAbs(spec.Archive):
		return invalid("folder and archive are absolute paths on the machine that runs Lazuli.")
	}
	switch spec.Runtime {
	case sandboxapi.RuntimeStatic:
		if len(spec.Command) > 0 {
			return invalid("A command needs the runtime process; this site's runtime is static.")
		}
	case sandboxapi.RuntimeProcess:
		if len(spec.Command) == 0 {
			return invalid("The runtime process needs a command, such as [\"node\", \"server.js\"].")
		}
	default:
		return invalid("runtime is %q; it can be static or process.", spec.Runtime)
	}
	return nil
}

// deploy brings the source into the site's own folder; a folder of the user's stays where it is.
func (s *sites) deploy(record siteRecord) error {
	content := filepath.Join(s.folder(record.ID), "content")
	if err := os.MkdirAll(s.folder(record.ID), 0o700); err != nil {
		return fmt.Errorf("folder of site %s: %w", record.ID, err)
	}
	switch {
	case record.Spec.Archive != "":
		return replaceFolder(content, func(fresh *os.Root) error { return unpack(record.Spec.Archive, fresh) })
	case len(record.Spec.Files) > 0:
		return replaceFolder(content, func(fresh *os.Root) error { return writeFiles(record.Spec.Files, fresh) })
	case record.Spec.Folder != "":
		if info, err := os.Stat(record.Spec.Folder); err != nil || !info.IsDir() {
			return invalid("There is no folder %s on the machine that runs Lazuli.", record.Spec.Folder)
		}
		return nil
	default:
		return os.MkdirAll(content, 0o700)
	}
}

// run puts the site in place of what is served under its host now.
func (s *sites) run(ctx context.Context, record siteRecord) error {
	s.mu.Lock()
	old := s.running[record.Host]
	delete(s.running, record.Host)
	s.mu.Unlock()
	if old != nil {
		old.close()
	}
	fresh, err := s.open(ctx, record)
	s.mu.Lock()
	s.running[record.Host] = fresh
	s.mu.Unlock()
	return err
}

func (s *sites) describe(record siteRecord) sandboxapi.Site {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String()) // our own listener: always host and port
	host := net.JoinHostPort(record.Host, port)
	origin := sandboxapi.Origin{ID: record.ID, Implementation: "local web server (" + record.Spec.Runtime + ")", Honesty: sandboxapi.Real}
	return sandboxapi.Site{Origin: origin, SiteSpec: record.Spec, Host: record.Host, URL: "http://" + host, Status: s.status(record)}
}

func (s *sites) status(record siteRecord) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if site := s.running[record.Host]; site != nil {
		return site.status()
	}
	return "failed: it is not being served"
}

// get takes a site whose folder was deleted for gone.
func (s *sites) get(_ context.Context, id sandboxapi.ID) (any, error) {
	var record siteRecord
	found, err := s.store.get(string(sandboxapi.Sites), id.String(), &record)
	if err != nil {
		return nil, err
	}
	if _, statErr := os.Stat(s.folder(id)); !found || errors.Is(statErr, fs.ErrNotExist) {
		return nil, notFound("site " + id.String())
	}
	return s.describe(record), nil
}

func (s *sites) setPower(ctx context.Context, id sandboxapi.ID, power sandboxapi.Power) error {
	var record siteRecord
	found, err := s.store.get(string(sandboxapi.Sites), id.String(), &record)
	if err != nil {
		return err
	}
	if !found {
		return notFound("site " + id.String())
	}
	record.Spec.Power = power
	if err := s.store.put(string(sandboxapi.Sites), id.String(), record); err != nil {
		return err
	}
	return s.run(ctx, record)
}

func (s *sites) remove(_ context.Context, id sandboxapi.ID) error {
	var record siteRecord
	found, err := s.store.get(string(sandboxapi.Sites), id.String(), &record)
	if err != nil {
		return err
	}
	if found {
		s.mu.Lock()
		old := s.running[record.Host]
		delete(s.running, record.Host)
		s.mu.Unlock()
		if old != nil {
			old.close()
		}
	}
	if err := removeFolder(s.root, id); err != nil {
		return fmt.Errorf("remove site %s: %w", id, err)
	}
	if found {
		label := strings.TrimSuffix(record.Host, ".localhost")
		if s.store.setting("host "+label) == id.String() {
			if err := s.store.remove(settingsBucket, "host "+label); err != nil {
				return err
			}
		}
	}
	return s.store.remove(string(sandboxapi.Sites), id.String())
}

func (s *sites) leftovers(_ context.Context, project, environment string) ([]sandboxapi.Leftover, error) {
	return recordsAndFolders(s.store, sandboxapi.Sites, s.root, project, environment)
}

// ServeHTTP finds the site by the request's Host.
func (s *sites) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	s.mu.RLock()
	site := s.running[host]
	s.mu.RUnlock()
	if site == nil {
		sitePage(w, http.StatusNotFound, "No site here", "There is no site called "+strconv.Quote(host)+". `lazuli env list` shows what there is.")
		return
	}
	site.ServeHTTP(w, r)
}
