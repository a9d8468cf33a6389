package sandbox

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/lazuli-platform/lazuli/internal/local/sandbox/kubeapi"
	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// clusters is the kind that stands in for Kubernetes clusters: the API of each is served beneath /clusters/ at the sites'
// address, and keeps its objects among the sandbox's records.
type clusters struct {
	cfg      Config
	store    *store
	listener net.Listener
	mu       sync.Mutex // one change at a time: what is created is looked for first
}

// clusterRecord is what is stored for each cluster.
type clusterRecord struct {
	ID    sandboxapi.ID          `json:"id"`
	Spec  sandboxapi.ClusterSpec `json:"spec"`
	Token string                 `json:"token"` // of its administrator
}

func (c *clusters) put(_ context.Context, id sandboxapi.ID, text []byte) (any, error) {
	var spec sandboxapi.ClusterSpec
	if err := decodeSpec(text, &spec); err != nil {
		return nil, err
	}
	spec.Power = cmp.Or(spec.Power, sandboxapi.On)
	if spec.Version == "" || spec.Power != sandboxapi.On && spec.Power != sandboxapi.Off {
		return nil, invalid("A cluster needs a version, and power on or off.")
	}
	record := clusterRecord{ID: id, Token: rand.Text()}
	if _, err := c.store.get(string(sandboxapi.Clusters), id.String(), &record); err != nil {
		return nil, err
	}
	record.Spec = spec
	if err := c.store.put(string(sandboxapi.Clusters), id.String(), record); err != nil {
		return nil, err
	}
	return c.describe(record), nil
}

func (c *clusters) get(_ context.Context, id sandboxapi.ID) (any, error) {
	var record clusterRecord
	found, err := c.store.get(string(sandboxapi.Clusters), id.String(), &record)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, notFound("cluster " + id.String())
	}
	return c.describe(record), nil
}

func (c *clusters) describe(record clusterRecord) sandboxapi.Cluster {
	endpoint := "http://" + c.listener.Addr().String() + clustersPath + record.ID.String()
	name := outsideName(record.ID)
	return sandboxapi.Cluster{
		Origin: sandboxapi.Origin{ID: record.ID, Honesty: sandboxapi.StandIn,
			Implementation: "a Kubernetes API that keeps namespaces and config maps, and runs no pods"},
		ClusterSpec: record.Spec, Endpoint: endpoint, Kubeconfig: kubeconfig(name, endpoint, record.Token),
	}
}

// kubeconfig is written as JSON, which is YAML too.
func kubeconfig(name, endpoint, token string) string {
	config := map[string]any{"apiVersion": "v1", "kind": "Config", "current-context": name,
		"clusters": []any{map[string]any{"name": name, "cluster": map[string]any{"server": endpoint}}},
		"users":    []any{map[string]any{"name": name + "-admin", "user": map[string]any{"token": token}}},
		"contexts": []any{map[string]any{"name": name, "context": map[string]any{"cluster": name, "user": name + "-admin"}}}}
	text, _ := json.Marshal(config) // texts alone
	return string(text)
}

func (c *clusters) remove(_ context.Context, id sandboxapi.ID) error {
	objects := clusterObjects{c.store, id}
	keys, err := objects.List("")
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := objects.Remove(key); err != nil {
			return fmt.Errorf("remove cluster %s: %w", id, err)
		}
	}
	return c.store.remove(string(sandboxapi.Clusters), id.String())
}

func (c *clusters) leftovers(_ context.Context, project, environment string) ([]sandboxapi.Leftover, error) {
	ids, err := c.store.ids(sandboxapi.Clusters, project, environment)
	if err != nil {
		return nil, err
	}
	items := make([]sandboxapi.Leftover, 0, len(ids))
	for _, id := range ids {
		items = append(items, sandboxapi.Leftover{Kind: sandboxapi.Clusters, ID: id, What: "cluster " + id.Name})
	}
	return items, nil
}

// clustersPath is where clusters are served, whatever the host name.
const clustersPath = "/clusters/"

// besideSites serves clusters where a request names this machine by its address, and sites where it names one of them.
func besideSites(clusters, sites http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if strings.HasPrefix(r.URL.Path, clustersPath) && (net.ParseIP(host) != nil || host == "localhost") {
			clusters.ServeHTTP(w, r)
			return
		}
		sites.ServeHTTP(w, r)
	})
}

// ServeHTTP finds the cluster by /clusters/{project}/{environment}/{name}/ and lets it answer the rest of the path.
func (c *clusters) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, clustersPath), "/", 4)
	var record clusterRecord
	found := false
	if len(parts) == 4 {
		id := sandboxapi.ID{Project: parts[0], Environment: parts[1], Name: parts[2]}
		if id.Validate() == nil {
			var err error
			if found, err = c.store.get(string(sandboxapi.Clusters), id.String(), &record); err != nil {
				c.cfg.Logger.Error("cluster cannot be read", "id", id.String(), "error", err)
			}
		}
	}
	if !found || record.Spec.Power == sandboxapi.Off {
		http.Error(w, "there is no cluster here that is on", http.StatusServiceUnavailable)
		return
	}
	server := &kubeapi.Server{Store: clusterObjects{c.store, record.ID}, Version: record.Spec.Version, Token: record.Token, Now: c.cfg.Now}
	if r.Method != http.MethodGet {
		c.mu.Lock()
		defer c.mu.Unlock()
	}
	http.StripPrefix(clustersPath+record.ID.String(), server).ServeHTTP(w, r)
}

// clusterObjects keeps the objects of one cluster among the records.
type clusterObjects struct {
	store *store
	id    sandboxapi.ID
}

const clusterBucket = "cluster objects"

func (o clusterObjects) key(key string) string { return o.id.String() + "\x00" + key }

func (o clusterObjects) Get(key string) ([]byte, bool, error) {
	var object json.RawMessage
	found, err := o.store.get(clusterBucket, o.key(key), &object)
	return object, found, err
}

func (o clusterObjects) Put(key string, object []byte) error {
	return o.store.putRaw(clusterBucket, o.key(key), object)
}

func (o clusterObjects) Remove(key string) error { return o.store.remove(clusterBucket, o.key(key)) }

func (o clusterObjects) List(prefix string) ([]string, error) {
	keys, err := o.store.keys(clusterBucket, o.key(prefix))
	for i := range keys {
		keys[i] = strings.TrimPrefix(keys[i], o.key(""))
	}
	return keys, err
}
