//go:build unix

package sandbox_test

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

func TestSites_sources(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	folder := t.TempDir()
	for name, text := range map[string]string{"index.html": "from a folder", ".env": "SECRET=1"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(folder, "passwd")); err != nil {
		t.Fatal(err)
	}
	for want, spec := range map[string]sandboxapi.SiteSpec{
		"from a folder":   {Folder: folder},
		"from a zip":      {Archive: zipFile(t)},
		"from a tar":      {Archive: tarFile(t, "index.html")},
		"from files":      {Files: map[string]string{"index.html": "from files", "a/b.txt": "deep"}},
		"names of its se": {},
	} {
		site := put[sandboxapi.Site](w, sandboxapi.Sites, named("site"), spec)
		if status, body := w.visit(site.URL + "/"); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%q: %d %s", want, status, body)
		}
	}
	site := put[sandboxapi.Site](w, sandboxapi.Sites, named("site"), sandboxapi.SiteSpec{Folder: folder, Settings: map[string]string{"API_KEY": "hunter2"}})
	for _, hidden := range []string{"/.env", "/passwd"} {
		if status, body := w.visit(site.URL + hidden); status == 200 {
			t.Errorf("%s is served: %s", hidden, body)
		}
	}
	if status, body := w.visit(site.URL + "/.settings"); status != 200 || strings.TrimSpace(body) != `{"names":["API_KEY"]}` {
		t.Errorf("settings are shown as %d %s", status, body)
	}
	if err := w.api.Put(t.Context(), sandboxapi.Sites, named("bad"), sandboxapi.SiteSpec{Archive: tarFile(t, "../../../index.html")}, nil); err == nil {
		t.Error("an archive was unpacked outside of its folder")
	}
}

func zipFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "site.zip")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	writer := zip.NewWriter(file)
	entry, err := writer.Create("index.html")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write([]byte("from a zip")); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func tarFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "site.tgz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	packed := gzip.NewWriter(file)
	writer := tar.NewWriter(packed)
	const text = "from a tar"
	if err := writer.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
		t.Fatal(err)
	}
	if _, err := writer.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []interface{ Close() error }{writer, packed, file} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// TestMain also is two programs that tests start: what the process runtime runs, and a sandbox to be killed.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("SERVE_AS_SITE") != "":
		serveAsSite()
		return
	case os.Getenv("CRASH_IN") != "":
		runUntilKilled(os.Getenv("CRASH_IN"))
		return
	}
	os.Exit(m.Run())
}

func TestSites_process(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PLATFORM_SECRET", "must not be inherited")
	spec := sandboxapi.SiteSpec{Runtime: sandboxapi.RuntimeProcess, Command: []string{binary}, Settings: map[string]string{"SERVE_AS_SITE": "yes", "TITLE": "Hello"}}
	site := put[sandboxapi.Site](w, sandboxapi.Sites, named("site"), spec)
	if status, body := w.visit(site.URL + "/TITLE"); status != 200 || body != "Hello" {
		t.Errorf("the process answers %d %s", status, body)
	}
	if _, body := w.visit(site.URL + "/PLATFORM_SECRET"); body != "" {
		t.Errorf("the process sees the platform's environment: %s", body)
	}
	w.visit(site.URL + "/exit")
	w.eventually("the process is started again", func() bool { status, _ := w.visit(site.URL + "/TITLE"); return status == 200 })

	if err := w.api.SetPower(t.Context(), sandboxapi.Sites, named("site"), sandboxapi.Off); err != nil {
		t.Fatal(err)
	}
	if status, _ := w.visit(site.URL); status != 403 {
		t.Errorf("switched off, the site answers %d, want 403", status)
	}
	if err := w.api.SetPower(t.Context(), sandboxapi.Sites, named("site"), sandboxapi.On); err != nil {
		t.Fatal(err)
	}
	w.stop()
	w.start()
	if status, body := w.visit(site.URL + "/TITLE"); status != 200 || body != "Hello" {
		t.Errorf("after a restart the process answers %d %s", status, body)
	}
	w.remove(sandboxapi.Sites, named("site"))
	if status, _ := w.visit(site.URL); status != 404 {
		t.Errorf("after removal the site answers %d, want 404", status)
	}
	w.wantLeft()
}

func TestSites_commandThatIsNotThere(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	err := w.api.Put(t.Context(), sandboxapi.Sites, named("site"), sandboxapi.SiteSpec{Runtime: sandboxapi.RuntimeProcess, Command: []string{"no-such-program"}}, nil)
	if err == nil || !strings.Contains(err.Error(), "no-such-program") {
		t.Errorf("a command that is not there: %v", err)
	}
}

// Names have dashes, so two sites may come to the same host name; both must stay reachable.
func TestSites_sameHostTwice(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	first := put[sandboxapi.Site](w, sandboxapi.Sites, sandboxapi.ID{Project: "shop-eu", Environment: "dev", Name: "site"}, sandboxapi.SiteSpec{Settings: map[string]string{"TITLE": "First"}})
	second := put[sandboxapi.Site](w, sandboxapi.Sites, sandboxapi.ID{Project: "shop", Environment: "eu-dev", Name: "site"}, sandboxapi.SiteSpec{Settings: map[string]string{"TITLE": "Second"}})
	if !strings.HasPrefix(first.URL, "http://shop-eu-dev-site.localhost:") {
		t.Errorf("the first site is at %s", first.URL)
	}
	for title, address := range map[string]string{"First": first.URL, "Second": second.URL} {
		if _, body := w.visit(address); !strings.Contains(body, title) {
			t.Errorf("%s does not show %s: %s", address, title, body)
		}
	}
}
