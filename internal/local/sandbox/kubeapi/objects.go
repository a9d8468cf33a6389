package kubeapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// address is what a path names: all objects of a resource, or one.
type address struct{ resource, namespace, name string }

// kinds of objects, by resource.
var kinds = map[string]string{"namespaces": "Namespace", "configmaps": "ConfigMap", "nodes": "Node"}

func addressOf(parts []string) (address, bool) {
	switch {
	case len(parts) >= 3 && parts[0] == "namespaces" && parts[2] == "configmaps" && len(parts) <= 4:
		a := address{resource: "configmaps", namespace: parts[1]}
		if len(parts) == 4 {
			a.name = parts[3]
		}
		return a, true
	case len(parts) <= 2 && kinds[parts[0]] != "":
		a := address{resource: parts[0]}
		if len(parts) == 2 {
			a.name = parts[1]
		}
		return a, a.name == "" || parts[0] == "namespaces" // an object of a namespace has it in its path
	}
	return address{}, false
}

func (a address) key() string { return a.resource + "/" + a.namespace + "/" + a.name }

func (a address) singular() string { return strings.TrimSuffix(a.resource, "s") }

var validName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`)

func (s *Server) serve(r *http.Request, a address) (int, any, error) {
	if err := s.seed(); err != nil {
		return 0, nil, err
	}
	switch {
	case r.Method == http.MethodGet && a.name == "":
		return s.list(a)
	case r.Method == http.MethodGet:
		object, err := s.get(a)
		return http.StatusOK, object, err
	case a.resource == "nodes":
	case r.Method == http.MethodPost && a.name == "":
		return s.create(r, a)
	case r.Method == http.MethodPut && a.name != "":
		return s.update(r, a)
	case r.Method == http.MethodDelete && a.name != "":
		return s.remove(a)
	}
	return 0, nil, &status{http.StatusMethodNotAllowed, "MethodNotAllowed", "the server does not allow this method on the requested resource"}
}

// seed makes the namespaces that every cluster begins with, once: who deletes one does not get it again.
func (s *Server) seed() error {
	if _, done, err := s.Store.Get("seeded"); err != nil || done {
		return err
	}
	for _, name := range []string{"default", "kube-system"} {
		if _, err := s.save(address{resource: "namespaces", name: name}, map[string]any{}); err != nil {
			return err
		}
	}
	return s.Store.Put("seeded", []byte("{}"))
}

func (s *Server) list(a address) (int, any, error) {
	prefix := a.resource + "/"
	if a.namespace != "" {
		prefix += a.namespace + "/"
	}
	keys, err := s.Store.List(prefix)
	if err != nil {
		return 0, nil, err
	}
	items := []any{}
	for _, key := range keys {
		text, ok, err := s.Store.Get(key)
		if err != nil {
			return 0, nil, err
		}
		if ok {
			items = append(items, json.RawMessage(text))
		}
	}
	return http.StatusOK, map[string]any{"kind": kinds[a.resource] + "List", "apiVersion": "v1", "metadata": map[string]any{"resourceVersion": fmt.Sprint(s.Now().UnixNano())}, "items": items}, nil
}

func (s *Server) get(a address) (map[string]any, error) {
	text, ok, err := s.Store.Get(a.key())
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &status{http.StatusNotFound, "NotFound", fmt.Sprintf("%s %q not found", a.resource, a.name)}
	}
	var object map[string]any
	return object, json.Unmarshal(text, &object)
}

func (s *Server) create(r *http.Request, a address) (int, any, error) {
	object, err := decode(r)
	if err != nil {
		return 0, nil, err
	}
	if a.resource == "configmaps" && a.namespace == "" {
		return 0, nil, &status{http.StatusMethodNotAllowed, "MethodNotAllowed", "the server does not allow this method on the requested resource"}
	}
	metadata, _ := object["metadata"].(map[string]any)
	a.name, _ = metadata["name"].(string)
	if object["kind"] != kinds[a.resource] || !validName.MatchString(a.name) {
		return 0, nil, &status{http.StatusUnprocessableEntity, "Invalid", fmt.Sprintf("%s %q is invalid: metadata.name must be a DNS name, and kind %s", a.singular(), a.name, kinds[a.resource])}
	}
	if a.namespace != "" {
		if _, err := s.get(address{resource: "namespaces", name: a.namespace}); err != nil {
			return 0, nil, err
		}
	}
	if _, taken, err := s.Store.Get(a.key()); err != nil || taken {
		return 0, nil, orElse(err, &status{http.StatusConflict, "AlreadyExists", fmt.Sprintf("%s %q already exists", a.resource, a.name)})
	}
	saved, err := s.save(a, object)
	return http.StatusCreated, saved, err
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// update replaces an object; with a resource version it must still be the one that is there.
func (s *Server) update(r *http.Request, a address) (int, any, error) {
	object, err := decode(r)
	if err != nil {
		return 0, nil, err
	}
	before, err := s.get(a)
	if err != nil {
		return 0, nil, err
	}
	old, _ := before["metadata"].(map[string]any)
	metadata, _ := object["metadata"].(map[string]any)
	if version, ok := metadata["resourceVersion"].(string); ok && version != "" && version != old["resourceVersion"] {
		return 0, nil, &status{http.StatusConflict, "Conflict", fmt.Sprintf("Operation cannot be fulfilled on %s %q: the object has been modified; please apply your changes to the latest version and try again", a.resource, a.name)}
	}
	if metadata == nil {
		metadata = map[string]any{}
	}
	metadata["uid"], metadata["creationTimestamp"] = old["uid"], old["creationTimestamp"]
	object["metadata"] = metadata
	saved, err := s.save(a, object)
	return http.StatusOK, saved, err
}

// remove deletes an object, and with a namespace everything in it.
func (s *Server) remove(a address) (int, any, error) {
	object, err := s.get(a)
	if err != nil {
		return 0, nil, err
	}
	if a.resource == "namespaces" {
		keys, err := s.Store.List("configmaps/" + a.name + "/")
		if err != nil {
			return 0, nil, err
		}
		for _, key := range keys {
			if err := s.Store.Remove(key); err != nil {
				return 0, nil, err
			}
		}
	}
	return http.StatusOK, object, s.Store.Remove(a.key())
}

// save stores an object with what the server itself says of it.
func (s *Server) save(a address, object map[string]any) (map[string]any, error) {
	now := s.Now().UTC()
	metadata, _ := object["metadata"].(map[string]any)
	if metadata == nil {
		metadata = map[string]any{}
	}
	metadata["name"], metadata["resourceVersion"] = a.name, fmt.Sprint(now.UnixNano())
	if metadata["uid"] == nil {
		metadata["uid"], metadata["creationTimestamp"] = uidOf(a, now), now.Format(time.RFC3339)
	}
	if a.namespace != "" {
		metadata["namespace"] = a.namespace
	}
	object["kind"], object["apiVersion"], object["metadata"] = kinds[a.resource], "v1", metadata
	if a.resource == "namespaces" {
		object["status"] = map[string]any{"phase": "Active"}
	}
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	return object, s.Store.Put(a.key(), text)
}

// uidOf is a UUID that no other object has: it depends on the name and the moment.
func uidOf(a address, now time.Time) string {
	sum := sha256.Sum256([]byte(a.key() + now.String()))
	text := hex.EncodeToString(sum[:16])
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}
