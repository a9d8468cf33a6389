package kubeapi

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// Store keeps the objects of one cluster by key. internal/local/sandbox gives it one.
type Store interface {
	Get(key string) ([]byte, bool, error)
	Put(key string, object []byte) error
	Remove(key string) error
	// List gives keys that begin with prefix, sorted.
	List(prefix string) ([]string, error)
}

// Server is the API of one cluster. It is an http.Handler for paths from /version and /api on.
type Server struct {
	Store   Store
	Version string // such as 1.34
	Token   string // of its administrator
	Now     func() time.Time
}

const maxObject = 1 << 20

// ServeHTTP answers one request of a client.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if subtle.ConstantTimeCompare([]byte(token), []byte(s.Token)) != 1 {
		writeStatus(w, &status{http.StatusUnauthorized, "Unauthorized", "Unauthorized"})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxObject)
	code, answer, err := s.route(r)
	if err != nil {
		writeStatus(w, err)
		return
	}
	write(w, code, answer)
}

// route finds what a path means: /version, discovery, or /api/v1/… of a resource.
func (s *Server) route(r *http.Request) (int, any, error) {
	switch path := strings.Trim(r.URL.Path, "/"); {
	case path == "version":
		major, minor, _ := strings.Cut(s.Version, ".")
		return http.StatusOK, map[string]any{"major": major, "minor": minor, "gitVersion": "v" + s.Version + ".0-lazuli", "platform": "lazuli/sandbox"}, nil
	case path == "api":
		return http.StatusOK, map[string]any{"kind": "APIVersions", "versions": []string{"v1"}}, nil
	case path == "apis":
		return http.StatusOK, map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": []any{}}, nil
	case path == "api/v1":
		return http.StatusOK, discovery(), nil
	case strings.HasPrefix(path, "api/v1/"):
		a, ok := addressOf(strings.Split(strings.TrimPrefix(path, "api/v1/"), "/"))
		if ok {
			return s.serve(r, a)
		}
	}
	return 0, nil, &status{http.StatusNotFound, "NotFound", "the server could not find the requested resource"}
}

func discovery() any {
	verbs := []string{"create", "delete", "get", "list", "update"}
	return map[string]any{"kind": "APIResourceList", "groupVersion": "v1", "resources": []any{
		map[string]any{"name": "configmaps", "singularName": "configmap", "namespaced": true, "kind": "ConfigMap", "verbs": verbs, "shortNames": []string{"cm"}},
		map[string]any{"name": "namespaces", "singularName": "namespace", "namespaced": false, "kind": "Namespace", "verbs": verbs, "shortNames": []string{"ns"}},
		map[string]any{"name": "nodes", "singularName": "node", "namespaced": false, "kind": "Node", "verbs": []string{"list"}, "shortNames": []string{"no"}},
	}}
}

// status is an error of the API.
type status struct {
	code    int
	reason  string
	message string
}

func (s *status) Error() string { return s.message }

func writeStatus(w http.ResponseWriter, err error) {
	var s *status
	if !errors.As(err, &s) {
		s = &status{http.StatusInternalServerError, "InternalError", err.Error()}
	}
	write(w, s.code, map[string]any{"kind": "Status", "apiVersion": "v1", "metadata": map[string]any{}, "status": "Failure", "message": s.message, "reason": s.reason, "code": s.code})
}

func write(w http.ResponseWriter, code int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(answer) // the client has gone away
}

func decode(r *http.Request) (map[string]any, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, &status{http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "the object is too large"}
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil || object == nil {
		return nil, &status{http.StatusBadRequest, "BadRequest", "the body is not an object in JSON"}
	}
	return object, nil
}
