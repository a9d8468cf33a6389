package kubeapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox/kubeapi"
)

// memory is a store for tests.
type memory map[string][]byte

func (m memory) Get(key string) ([]byte, bool, error) { text, ok := m[key]; return text, ok, nil }
func (m memory) Put(key string, object []byte) error  { m[key] = object; return nil }
func (m memory) Remove(key string) error              { delete(m, key); return nil }
func (m memory) List(prefix string) ([]string, error) {
	var keys []string
	for key := range m {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

type cluster struct {
	t      *testing.T
	server *kubeapi.Server
	now    time.Time
}

func newCluster(t *testing.T) *cluster {
	c := &cluster{t: t, now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	c.server = &kubeapi.Server{Store: memory{}, Version: "1.34", Token: "admin-token", Now: func() time.Time { c.now = c.now.Add(time.Second); return c.now }}
	return c
}

// call sends a request as the administrator and checks the status.
func (c *cluster) call(method, path, body string, want int) map[string]any {
	c.t.Helper()
	return c.callAs("admin-token", method, path, body, want)
}

func (c *cluster) callAs(token, method, path, body string, want int) map[string]any {
	c.t.Helper()
	r := httptest.NewRequestWithContext(c.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, r)
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != want {
		c.t.Fatalf("%s %s: %d %s, want %d", method, path, w.Code, w.Body, want)
	}
	if want >= 400 && (answer["kind"] != "Status" || answer["status"] != "Failure" || answer["code"] != float64(want) || answer["message"] == "") {
		c.t.Errorf("%s %s: no Status: %v", method, path, answer)
	}
	return answer
}

func names(list map[string]any) string {
	var all []string
	items, _ := list["items"].([]any)
	for _, item := range items {
		all = append(all, item.(map[string]any)["metadata"].(map[string]any)["name"].(string))
	}
	return strings.Join(all, " ")
}

// What kubectl asks first, and the life of a config map.
func TestServer(t *testing.T) {
	c := newCluster(t)
	if got := c.call("GET", "/version", "", 200); got["gitVersion"] != "v1.34.0-lazuli" || got["minor"] != "34" {
		t.Errorf("version %v", got)
	}
	if got := c.call("GET", "/api", "", 200); got["kind"] != "APIVersions" {
		t.Errorf("api %v", got)
	}
	c.call("GET", "/apis", "", 200)
	if got := c.call("GET", "/api/v1", "", 200); len(got["resources"].([]any)) != 3 {
		t.Errorf("discovery %v", got)
	}
	if got := c.call("GET", "/api/v1/namespaces", "", 200); got["kind"] != "NamespaceList" || names(got) != "default kube-system" {
		t.Errorf("namespaces %v", got)
	}
	if got := c.call("GET", "/api/v1/nodes", "", 200); names(got) != "" {
		t.Errorf("nodes %v", got)
	}
	const maps = "/api/v1/namespaces/shop/configmaps"
	c.call("POST", maps, `{"kind":"ConfigMap","metadata":{"name":"settings"}}`, 404)
	c.call("POST", "/api/v1/namespaces", `{"kind":"Namespace","metadata":{"name":"shop"}}`, 201)
	made := c.call("POST", maps, `{"kind":"ConfigMap","metadata":{"name":"settings"},"data":{"A":"1"}}`, 201)
	metadata := made["metadata"].(map[string]any)
	if metadata["namespace"] != "shop" || metadata["uid"] == "" || metadata["resourceVersion"] == "" || made["apiVersion"] != "v1" {
		t.Errorf("made %v", made)
	}
	if got := c.call("POST", maps, `{"kind":"ConfigMap","metadata":{"name":"settings"}}`, 409); got["reason"] != "AlreadyExists" {
		t.Errorf("again: %v", got)
	}
	version := metadata["resourceVersion"].(string)
	changed := c.call("PUT", maps+"/settings", `{"kind":"ConfigMap","metadata":{"name":"settings","resourceVersion":"`+version+`"},"data":{"A":"2"}}`, 200)
	if changed["metadata"].(map[string]any)["uid"] != metadata["uid"] || changed["metadata"].(map[string]any)["resourceVersion"] == version {
		t.Errorf("changed %v", changed)
	}
	if got := c.call("PUT", maps+"/settings", `{"metadata":{"resourceVersion":"`+version+`"}}`, 409); got["reason"] != "Conflict" {
		t.Errorf("stale: %v", got)
	}
	if got := c.call("GET", "/api/v1/configmaps", "", 200); names(got) != "settings" {
		t.Errorf("over all namespaces: %v", got)
	}
	c.call("DELETE", "/api/v1/namespaces/shop", "", 200)
	if got := c.call("GET", maps+"/settings", "", 404); got["reason"] != "NotFound" || got["message"] != `configmaps "settings" not found` {
		t.Errorf("after its namespace: %v", got)
	}
	c.call("DELETE", "/api/v1/namespaces/default", "", 200)
	if got := c.call("GET", "/api/v1/namespaces", "", 200); names(got) != "kube-system" {
		t.Errorf("a deleted namespace came back: %v", got)
	}
}

func TestServer_refuses(t *testing.T) {
	c := newCluster(t)
	if got := c.callAs("guessed", "GET", "/version", "", 401); got["reason"] != "Unauthorized" {
		t.Errorf("%v", got)
	}
	for path, want := range map[string]int{"GET /": 404, "GET /api/v1/pods": 404, "GET /api/v1/namespaces/default/pods": 404, "GET /apis/apps/v1": 404, "POST /api/v1/nodes": 405,
		"PATCH /api/v1/namespaces/default": 405, "POST /api/v1/configmaps": 405, "GET /api/v1/configmaps/x": 404, "GET /api/v1/namespaces/default/configmaps/a/b": 404} {
		method, address, _ := strings.Cut(path, " ")
		c.call(method, address, `{"kind":"ConfigMap","metadata":{"name":"x"}}`, want)
	}
	for body, want := range map[string]int{`[`: 400, `null`: 400, `{"kind":"Namespace"}`: 422, `{"kind":"Pod","metadata":{"name":"x"}}`: 422, `{"kind":"Namespace","metadata":{"name":"../x"}}`: 422,
		`{"kind":"Namespace","metadata":{"name":"x","labels":{"a":"` + strings.Repeat("x", 2<<20) + `"}}}`: http.StatusRequestEntityTooLarge} {
		c.call("POST", "/api/v1/namespaces", body, want)
	}
}
