package sandboxprovider_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox"
)

// serveAsWorkload is what the test's own program does when a workload runs it.
func serveAsWorkload() {
	server := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		content, err := os.ReadFile("etc/app.txt")
		fmt.Fprint(w, os.Getenv("GREETING"), " ", string(content), err)
	})}
	fmt.Println(server.ListenAndServe())
}

// A workload runs the command of its container with its variables and files; one without a command is a page.
func TestModules_workload(t *testing.T) {
	w := newWorld(t, sandbox.PostgresConfig{Disabled: true})
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	containers := map[string]any{
		"main":    map[string]any{"image": "acme/shop:1", "command": []string{binary}, "variables": map[string]any{"SERVE_AS_WORKLOAD": "yes", "GREETING": "hello"}, "files": map[string]any{"/etc/app.txt": map[string]any{"content": "from a file"}}},
		"sidecar": map[string]any{"image": "acme/sidecar:1"},
	}
	w.write(map[string]any{
		"module": map[string]any{
			"shop": map[string]any{"source": modules(t) + "/workload-local-process", "context": moduleContext("shop"), "containers": containers},
			"page": map[string]any{"source": modules(t) + "/workload-local-process", "context": moduleContext("page"), "containers": map[string]any{"main": map[string]any{"image": "acme/page:1"}}},
			"app":  map[string]any{"source": modules(t) + "/container-app", "context": moduleContext("app"), "image": "acme/app:1"},
			"sql":  map[string]any{"source": modules(t) + "/sql-database", "context": moduleContext("sql")},
		},
		"output": map[string]any{
			"shop": map[string]any{"value": "${module.shop.url}"}, "shop_is": map[string]any{"value": "${module.shop.implementation}"},
			"page_is": map[string]any{"value": "${module.page.implementation}"}, "page": map[string]any{"value": "${module.page.url}"},
			"app_is": map[string]any{"value": "${module.app.implementation}"}, "sql_is": map[string]any{"value": "${module.sql.implementation}"},
			"sql_honesty": map[string]any{"value": "${module.sql.honesty}"},
		},
	})
	w.mustRun("apply", "-no-color", "-auto-approve")
	outputs := w.outputs()
	if status, body := w.visit(outputs["shop"].(string)); status != 200 || body != "hello from a file<nil>" {
		t.Errorf("the workload answers %d %s", status, body)
	}
	if status, _ := w.visit(outputs["page"].(string)); status != 200 {
		t.Errorf("the page answers %d", status)
	}
	for name, want := range map[string]string{"shop_is": "the command of container main as a process of this machine", "page_is": "a page in place of container main",
		"app_is": "a page in place of the image acme/app:1", "sql_honesty": "stand-in"} {
		if outputs[name] != want {
			t.Errorf("%s is %q, want %q", name, outputs[name], want)
		}
	}
	if !strings.HasSuffix(outputs["sql_is"].(string), ", in place of SQL Server") {
		t.Errorf("the SQL database says it is %q", outputs["sql_is"])
	}
	if out, status := w.planStatus(); status != 0 {
		t.Errorf("a plan right after apply has changes (%d):\n%s", status, out)
	}
	w.mustRun("destroy", "-no-color", "-auto-approve")
	if left, err := w.api.Leftovers(t.Context(), "payments", "dev"); err != nil || len(left) != 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}
