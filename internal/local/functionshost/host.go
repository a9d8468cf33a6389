package functionshost

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/google/uuid"
)

// Version is the version of the host that this one imitates, as it tells the handler.
const Version = "4.1037.0.0"

// Config says what a host runs. Root and Logger are required.
type Config struct {
	// Root is the assembled app folder: host.json, one folder per function, the handler.
	Root string
	// Environ is the host's environment, NAME=value. The handler gets all of it.
	Environ []string
	// Settings are the app settings. A variable of Environ with the same name wins.
	Settings map[string]string
	// StateDir keeps what timers remember between runs; empty: forgotten when the process ends.
	StateDir string
	// Credential signs in to Service Bus where a connection names a namespace; nil: the default Azure credential.
	Credential azcore.TokenCredential
	// Clock tells the time of schedules and envelopes; nil: time.Now.
	Clock func() time.Time
	// NewID makes the ids of invocations and handlers; nil: random UUIDs.
	NewID func() string
	// Logger gets the host's lines and the handler's (attribute category=Host.Function.Console).
	Logger *slog.Logger
}

// Host is a Functions host. It is an http.Handler for /<prefix>/…, /admin/… and /.
type Host struct {
	config   Config
	settings settings
	file     *hostFile
	index    *index
	handler  *supervisor
	started  time.Time
	id       string

	mu         sync.Mutex
	state      string
	changed    chan struct{}  // closed and replaced when state changes
	background sync.WaitGroup // invocations that nobody waits for, started while Running
}

// The states of a host, as /admin/host/status tells them.
const (
	stateStarting = "Initialized"
	stateRunning  = "Running"
	stateStopped  = "Stopped"
	stateError    = "Error"
)

// New reads host.json and indexes the functions. It fails where a real host would not start at all; functions
// that are in error are logged and left out (see InError).
func New(config Config) (*Host, error) {
	root, err := filepath.Abs(config.Root)
	if err != nil {
		return nil, fmt.Errorf("find app folder %s: %w", config.Root, err)
	}
	config.Root = root
	if config.Clock == nil {
		config.Clock = time.Now
	}
	if config.NewID == nil {
		config.NewID = uuid.NewString
	}
	h := &Host{config: config, settings: newSettings(config.Environ, config.Settings), state: stateStarting, changed: make(chan struct{})}
	if h.file, err = readHostFile(root, h.settings); err != nil {
		return nil, err
	}
	if h.index, err = readFunctions(root, h.file, h.settings); err != nil {
		return nil, err
	}
	for name, reason := range h.index.inError {
		config.Logger.Error(fmt.Sprintf("The '%s' function is in error: %v", name, reason))
	}
	h.id, h.started = config.NewID(), config.Clock()
	command := newCommand(root, h.file.CustomHandler, h.settings)
	start := func() (*process, error) {
		return startProcess(command, h.settings.environ, root, config.NewID(), config.Logger)
	}
	h.handler = newSupervisor(start, time.Duration(h.file.CustomHandler.InitializationTimeout), config.Clock, config.Logger)
	return h, nil
}

// InError returns why functions were left out, by function name.
func (h *Host) InError() map[string]error { return h.index.inError }

// Functions returns the names of the functions that run, in the order that decides routing.
func (h *Host) Functions() []string {
	names := make([]string, len(h.index.functions))
	for i, f := range h.index.functions {
		names[i] = f.name
	}
	return names
}

// HandlerPID returns the process id of the handler that takes invocations now, 0 if there is none. It is for tests
// that kill it.
func (h *Host) HandlerPID() int {
	if live, _ := h.handler.current(); live != nil {
		return live.pid
	}
	return 0
}

// stopGrace is how long a stopping host waits for its listeners and their invocations.
const stopGrace = 10 * time.Second

// Run starts the handler, the listeners of queues and topics and the timers, and keeps them until ctx ends (nil)
// or until the handler cannot be kept running (*HandlerError). Everything it started is gone when it returns.
// A host may be run again, one run at a time.
func (h *Host) Run(ctx context.Context) error {
	if !h.begin() {
		return errors.New("this host is running already")
	}
	if len(h.index.functions) == 0 {
		h.config.Logger.Warn("No functions were found; the handler is not started.", "root", h.config.Root)
		<-ctx.Done()
		h.end(stateStopped)
		return nil
	}
	handlerCtx, stopHandler := context.WithCancel(context.WithoutCancel(ctx))
	defer stopHandler()
	ended := make(chan error, 1)
	go func() { ended <- h.handler.run(handlerCtx) }()

	listenCtx, stopListening := context.WithCancel(ctx)
	defer stopListening()
	listening := h.listen(listenCtx)

	var err error
	final := stateStopped
	select {
	case <-ctx.Done():
	case err = <-ended:
		final = stateError
	}
	h.end(final)
	stopListening()
	idle := make(chan struct{})
	go func() { listening.Wait(); h.background.Wait(); close(idle) }()
	grace := time.NewTimer(stopGrace)
	defer grace.Stop()
	select {
	case <-idle:
	case <-grace.C:
	}
	stopHandler() // what is still in flight is cut with the handler
	if final == stateStopped {
		err = <-ended
	}
	<-idle
	return err
}

// Keep runs the host and runs it again when it gave up, after a pause, as the platform does. It returns when ctx
// ends.
func (h *Host) Keep(ctx context.Context) {
	pause := time.Second
	for ctx.Err() == nil {
		began := h.config.Clock()
		err := h.Run(ctx)
		if err == nil {
			return
		}
		if h.config.Clock().Sub(began) > strikesForgets {
			pause = time.Second
		}
		h.config.Logger.Error("The Functions host stopped; it is started again", "error", err, "in", pause)
		if !sleep(ctx, pause) {
			return
		}
		pause = min(2*pause, 30*time.Second)
	}
}

// sleep waits for d and reports whether ctx is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (h *Host) begin() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state == stateRunning {
		return false
	}
	h.setState(stateRunning)
	return true
}

func (h *Host) end(state string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.setState(state)
}

func (h *Host) setState(state string) {
	h.state = state
	close(h.changed)
	h.changed = make(chan struct{})
}

// awaitRunning waits for the host, not for its handler, and reports whether it runs.
func (h *Host) awaitRunning(ctx context.Context, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		h.mu.Lock()
		state, changed := h.state, h.changed
		h.mu.Unlock()
		if state == stateRunning {
			return true
		}
		select {
		case <-changed:
		case <-timer.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// inBackground runs work while the host runs; false: it does not run. A stopping host waits for the work.
func (h *Host) inBackground(work func()) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state != stateRunning {
		return false
	}
	h.background.Go(work)
	return true
}
