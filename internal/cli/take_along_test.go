package cli_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/cli"
)

// A team that has projects on two pages is exported once.
func TestCatalogExport(t *testing.T) {
	group := `{"apiVersion":"backstage.io/v1alpha1","kind":"Group","metadata":{"name":"payments"},"spec":{"type":"team","children":[]}}`
	system := func(name string) string {
		return `{"apiVersion":"backstage.io/v1alpha1","kind":"System","metadata":{"name":"` + name + `"},"spec":{"owner":"group:default/payments"}}`
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Query().Get("pageToken") == "" {
			fmt.Fprintf(w, `{"value":[%s,%s],"nextLink":"http://%s/v1/catalog/entities?pageToken=two"}`, group, system("orders"), r.Host)
			return
		}
		fmt.Fprintf(w, `{"value":[%s,%s]}`, group, system("shipping"))
	}))
	defer server.Close()
	settings := map[string]string{"LAZULI_URL": server.URL, "LAZULI_TOKEN": "token", "LAZULI_CONFIG_DIR": t.TempDir(), "LAZULI_KEYRING": "off"}
	var out, errs bytes.Buffer
	code := cli.Run(t.Context(), []string{"catalog", "export"}, cli.Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(name string) string { return settings[name] })
	if said := out.String(); code != 0 || strings.Count(said, "kind: Group") != 1 || strings.Count(said, "kind: System") != 2 || strings.Count(said, "---\n") != 3 {
		t.Errorf("%d\n%s%s", code, said, errs.String())
	}
}

func bundle(name string) platform {
	return platform{"GET /v1/projects/payments/environments/dev/bundle": `200 {"deployment":"01ABC","digest":"sha256:0","files":{"main.tf.json":"{}","` + name + `":"text"}}`}
}

// What is taken along lands in its folder, and what else is there stays as it is.
func TestEject(t *testing.T) {
	out := filepath.Join(t.TempDir(), "mine")
	code, said, errs := lazuli(t, bundle("modules/local/site/main.tf"), "eject", "payments/dev", "--out", out)
	if code != 0 || !strings.Contains(said, "2 files of payments/dev") {
		t.Fatalf("%d\n%s%s", code, said, errs)
	}
	if text, err := os.ReadFile(filepath.Join(out, "modules", "local", "site", "main.tf")); err != nil || string(text) != "text" {
		t.Errorf("%q, %v", text, err)
	}
	if code, _, errs := lazuli(t, bundle("other"), "eject", "payments/dev", "--out", out); code != 2 || !strings.Contains(errs, "is not empty") {
		t.Errorf("again: %d %s", code, errs)
	}
	if code, _, errs := lazuli(t, bundle("other"), "eject", "payments/dev", "--out", out, "--force"); code != 0 {
		t.Errorf("by force: %d %s", code, errs)
	}
}

// A platform that is not what it should be writes nothing outside of the folder.
func TestEject_staysInItsFolder(t *testing.T) {
	for _, name := range []string{"../outside", "/outside", "a/../../outside", "link/outside"} {
		base := t.TempDir()
		out, outside := filepath.Join(base, "mine"), filepath.Join(base, "elsewhere")
		for _, folder := range []string{out, outside} {
			if err := os.MkdirAll(folder, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(outside, filepath.Join(out, "link")); err != nil {
			t.Skipf("SKIPPED: this system makes no symbolic links here: %v", err)
		}
		if code, _, errs := lazuli(t, bundle(name), "eject", "payments/dev", "--out", out, "--force"); code == 0 || !strings.Contains(errs, "ERROR") {
			t.Errorf("%s: %d %s", name, code, errs)
		}
		for _, place := range []string{filepath.Join(base, "outside"), filepath.Join(outside, "outside")} {
			if _, err := os.Lstat(place); err == nil {
				t.Errorf("%s was written to %s", name, place)
			}
		}
	}
}
