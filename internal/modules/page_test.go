package modules_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startPage runs the server of infra/modules/azure/app-service as App Service does, and gives its address.
func startPage(t *testing.T, settings ...string) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("SKIPPED: there is no Node, so the page of azure/app-service is not tried")
	}
	text, err := fs.ReadFile(tree, "azure/app-service/page.js.tftpl")
	if err != nil {
		t.Fatal(err)
	}
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	_ = free.Close()
	ctx, stop := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, node, "-e", string(text)) // #nosec G204 -- our own script
	cmd.Env = append(os.Environ(), append(settings, fmt.Sprintf("PORT=%d", port))...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = cmd.Wait() })
	address := fmt.Sprintf("127.0.0.1:%d", port)
	deadline := time.Now().Add(time.Minute)
	for {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = connection.Close()
			return address
		}
		if time.Now().After(deadline) {
			t.Fatalf("the page never listened: %v", err)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// ask sends a path as it is: no client tidies it up on the way.
func ask(t *testing.T, address, path string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.URL.Opaque = path
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestPage_servesItsFolderAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"site/index.html": "<h1>Home</h1>", "site/a b.txt": "spaced", "secret.txt": "secret", "site2/x.txt": "secret"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	address := startPage(t, "APP_FOLDER="+filepath.Join(dir, "site"))
	for path, want := range map[string]string{"/": "200 <h1>Home</h1>", "/index.html?x=1": "200 <h1>Home</h1>", "/a%20b.txt": "200 spaced", "/none": "404 There is nothing here.\n", "/index.html/x": "404 There is nothing here.\n",
		"/" + strings.Repeat("a", 5000): "404 There is nothing here.\n"} {
		if status, body := ask(t, address, path); fmt.Sprintf("%d %s", status, body) != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	for _, path := range []string{"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/x/../../secret.txt", "/..%2fsite2%2fx.txt", "/%00", "/%", "//etc/passwd", "/..%5csecret.txt"} {
		if status, body := ask(t, address, path); strings.Contains(body, "secret") || strings.Contains(body, "root:") || status < 400 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

func TestPage_saysHowThingsAre(t *testing.T) {
	database, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = database.Close() }()
	address := startPage(t, "APP_FOLDER=", "TITLE=Pay <b>", "DATABASE_URL=postgres://u:p@"+database.Addr().String()+"/db?sslmode=require")
	status, body := ask(t, address, "/")
	if status != http.StatusOK || !strings.Contains(body, "<h1>Pay &#60;b&#62;</h1>") || !strings.Contains(body, "The database answers.") || strings.Contains(body, "u:p@") {
		t.Errorf("%d %s", status, body)
	}
	_ = database.Close()
	if _, body := ask(t, address, "/"); !strings.Contains(body, "The database does not answer.") {
		t.Error(body)
	}
}
