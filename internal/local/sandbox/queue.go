package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus"
)

// queues is the kind that makes Service Bus queues. Each is a namespace of its own with its file, port and key: so no
// application can reach another one's queue, nor those that Lazuli itself runs on.
type queues struct {
	store   *store
	root    string
	cfg     Config
	mu      sync.Mutex
	running map[string]*servedQueue // by id
}

// servedQueue is a namespace that runs.
type servedQueue struct {
	server *servicebus.Server
	served chan struct{} // closed when the last connection has ended
}

// queueRecord is what is stored for each queue; its messages are in its folder.
type queueRecord struct {
	ID   sandboxapi.ID        `json:"id"`
	Spec sandboxapi.QueueSpec `json:"spec"`
	Port int                  `json:"port"`
	Key  string               `json:"key"`
}

const (
	queueKeyName   = "application"
	queueStop      = 5 * time.Second
	maxDeliveries  = 2000 // Service Bus' limits
	maxLockSeconds = 300
	minLockSeconds = 5
)

func newQueues(cfg Config, st *store) *queues {
	return &queues{store: st, root: filepath.Join(cfg.Dir, "queues"), cfg: cfg, running: map[string]*servedQueue{}}
}

func (q *queues) folder(id sandboxapi.ID) string {
	return filepath.Join(q.root, id.Project, id.Environment, id.Name)
}

func (q *queues) file(id sandboxapi.ID) string { return filepath.Join(q.folder(id), "messages.db") }

// startAll serves every queue whose messages are there.
func (q *queues) startAll(context.Context) error {
	ids, err := q.store.ids(sandboxapi.Queues, "", "")
	if err != nil {
		return err
	}
	for _, id := range ids {
		record, err := q.record(id)
		if sandboxapi.IsGone(err) {
			continue
		}
		if err != nil {
			return err
		}
		if _, err := q.ensure(record); err != nil {
			q.cfg.Logger.Warn("queue does not start; the next request for it tries again", "id", id.String(), "error", err)
		}
	}
	return nil
}

func (q *queues) stopAll() {
	q.mu.Lock()
	running := q.running
	q.running = map[string]*servedQueue{}
	q.mu.Unlock()
	var waiting sync.WaitGroup
	for id, served := range running {
		waiting.Go(func() { q.end(id, served) })
	}
	waiting.Wait()
}

// record answers a queue that is there; one whose file was deleted is gone.
func (q *queues) record(id sandboxapi.ID) (queueRecord, error) {
	var record queueRecord
	found, err := q.store.get(string(sandboxapi.Queues), id.String(), &record)
	if err != nil {
		return record, err
	}
	if !found || !exists(q.file(id)) {
		return record, notFound("queue " + id.String())
	}
	return record, nil
}

func checkQueue(spec sandboxapi.QueueSpec) error {
	switch {
	case spec.MaxDeliveryCount < 1 || spec.MaxDeliveryCount > maxDeliveries:
		return invalid("maxDeliveryCount is %d; it can be 1 to %d.", spec.MaxDeliveryCount, maxDeliveries)
	case spec.LockDurationSeconds < minLockSeconds || spec.LockDurationSeconds > maxLockSeconds:
		return invalid("lockDurationSeconds is %d; it can be %d to %d.", spec.LockDurationSeconds, minLockSeconds, maxLockSeconds)
	}
	return nil
}

// put keeps the messages, port and key of a queue that is there; programs that are connected have to connect again when
// its settings change.
func (q *queues) put(_ context.Context, id sandboxapi.ID, text []byte) (any, error) {
	var spec sandboxapi.QueueSpec
	if err := decodeSpec(text, &spec); err != nil {
		return nil, err
	}
	if err := checkQueue(spec); err != nil {
		return nil, err
	}
	before := queueRecord{ID: id, Spec: spec, Key: newQueueKey()}
	found, err := q.store.get(string(sandboxapi.Queues), id.String(), &before)
	if err != nil {
		return nil, err
	}
	there := exists(q.file(id))
	if found && there && (spec.Sessions != before.Spec.Sessions || spec.DuplicateDetection != before.Spec.DuplicateDetection) {
		return nil, problem(http.StatusConflict, "fixed", "Whether the queue %s has sessions and detects duplicates cannot be changed. Remove it and make it again.", outsideName(id))
	}
	record := before
	record.Spec = spec
	if spec != before.Spec || !there {
		q.stop(id)
	}
	if err := q.store.put(string(sandboxapi.Queues), id.String(), record); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(q.folder(id), 0o700); err != nil {
		return nil, fmt.Errorf("make queue %s: %w", id, err)
	}
	if record, err = q.ensure(record); err != nil {
		return nil, err
	}
	return describeQueue(record), nil
}

func newQueueKey() string {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails: the program ends instead
	return base64.StdEncoding.EncodeToString(key[:])
}

// ensure serves the queue if it is not served, on its old port if nobody has taken that: addresses are in Terraform states.
func (q *queues) ensure(record queueRecord) (queueRecord, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running[record.ID.String()] != nil {
		return record, nil
	}
	port, err := freePort(record.Port)
	if err != nil {
		return record, err
	}
	if port != record.Port {
		record.Port = port
		if err := q.store.put(string(sandboxapi.Queues), record.ID.String(), record); err != nil {
			return record, err
		}
	}
	served, err := q.serve(record)
	if err != nil {
		return record, fmt.Errorf("start queue %s: %w", record.ID, err)
	}
	q.running[record.ID.String()] = served
	return record, nil
}

func (q *queues) serve(record queueRecord) (*servedQueue, error) {
	entities, err := entitiesOf(record)
	if err != nil {
		return nil, err
	}
	server, err := servicebus.Open(servicebus.Config{
		File: q.file(record.ID), Entities: entities, KeyName: queueKeyName, Key: record.Key, Now: q.cfg.Now, Logger: q.cfg.Logger,
	})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", queueAddress(record))
	if err != nil {
		ctx, cancel := context.WithTimeout(context.Background(), queueStop)
		defer cancel()
		_ = server.Close(ctx) // nothing was sent to it
		return nil, err
	}
	served := &servedQueue{server: server, served: make(chan struct{})}
	go func() { // ends with the server, which stop and stopAll wait for
		defer close(served.served)
		if err := server.Serve(context.Background(), listener); err != nil {
			q.cfg.Logger.Error("a queue is not served any more", "id", record.ID.String(), "error", err)
		}
	}()
	return served, nil
}

// entitiesOf is the namespace with the one queue, in the format of Service Bus' emulator.
func entitiesOf(record queueRecord) (servicebus.Entities, error) {
	text, err := json.Marshal(map[string]any{"UserConfig": map[string]any{"Namespaces": []any{map[string]any{
		"Name": "application",
		"Queues": []any{map[string]any{"Name": outsideName(record.ID), "Properties": map[string]any{
			"MaxDeliveryCount": record.Spec.MaxDeliveryCount, "LockDuration": fmt.Sprintf("PT%dS", record.Spec.LockDurationSeconds),
			"RequiresSession": record.Spec.Sessions, "RequiresDuplicateDetection": record.Spec.DuplicateDetection,
		}}},
	}}}})
	if err != nil {
		return servicebus.Entities{}, fmt.Errorf("encode queue: %w", err)
	}
	return servicebus.ParseEntities(text)
}

func queueAddress(record queueRecord) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(record.Port))
}

// stop returns when nobody is connected any more and the file is closed.
func (q *queues) stop(id sandboxapi.ID) {
	q.mu.Lock()
	served := q.running[id.String()]
	delete(q.running, id.String())
	q.mu.Unlock()
	if served != nil {
		q.end(id.String(), served)
	}
}

func (q *queues) end(id string, s *servedQueue) {
	ctx, cancel := context.WithTimeout(context.Background(), queueStop)
	defer cancel()
	if err := s.server.Close(ctx); err != nil { // what was acknowledged is on the disk even so
		q.cfg.Logger.Warn("queue was not closed in order", "id", id, "error", err)
	}
	<-s.served
}

func describeQueue(record queueRecord) sandboxapi.Queue {
	return sandboxapi.Queue{
		Origin:    sandboxapi.Origin{ID: record.ID, Implementation: "Lazuli's own Service Bus (AMQP 1.0 on this machine), a namespace for this queue alone", Honesty: sandboxapi.StandIn},
		QueueSpec: record.Spec, Queue: outsideName(record.ID), Namespace: "sb://" + queueAddress(record),
		ConnectionString: fmt.Sprintf("Endpoint=sb://%s;SharedAccessKeyName=%s;SharedAccessKey=%s;UseDevelopmentEmulator=true;", queueAddress(record), queueKeyName, record.Key),
	}
}

func (q *queues) get(_ context.Context, id sandboxapi.ID) (any, error) {
	record, err := q.record(id)
	if err != nil {
		return nil, err
	}
	if record, err = q.ensure(record); err != nil {
		return nil, err
	}
	return describeQueue(record), nil
}

func (q *queues) remove(_ context.Context, id sandboxapi.ID) error {
	q.stop(id)
	if err := removeFolder(q.root, id); err != nil {
		return fmt.Errorf("remove queue %s: %w", id, err)
	}
	return q.store.remove(string(sandboxapi.Queues), id.String())
}

func (q *queues) leftovers(_ context.Context, project, environment string) ([]sandboxapi.Leftover, error) {
	return recordsAndFolders(q.store, sandboxapi.Queues, q.root, project, environment)
}
