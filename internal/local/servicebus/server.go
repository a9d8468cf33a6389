package servicebus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/broker"
	"github.com/lazuli-platform/lazuli/internal/local/servicebus/link"
)

// idleTimeout is what the real service advertises. Clients send keepalives at half of it.
const idleTimeout = 4 * time.Minute

// Config of a Server. All fields but OnSend are needed.
type Config struct {
	// File holds the messages; its folder must exist.
	File string
	// Entities are the queues, topics and subscriptions. What the file holds of others is left alone.
	Entities Entities
	// KeyName and Key are the shared access key that clients sign their tokens with.
	KeyName, Key string
	Now          func() time.Time
	Logger       *slog.Logger
	// OnSend hears of every transfer of a client to a queue or topic, with its number of messages. It may be nil.
	OnSend func(entity string, messages int)
}

// Server is a Service Bus namespace.
type Server struct {
	cfg    Config
	key    keyring
	broker *broker.Broker

	ctx   context.Context // done when the server is closed
	stop  context.CancelFunc
	mu    sync.Mutex // orders conns.Add with Close
	conns sync.WaitGroup
}

// ErrClosed is what Serve returns on a server that was closed before.
var ErrClosed = errors.New("service bus server is closed")

// Open opens or creates the file. Only one process can have it open; another gets an error within seconds.
func Open(cfg Config) (*Server, error) {
	b, err := broker.Open(broker.Options{File: cfg.File, Entities: cfg.Entities.list, Now: cfg.Now, Logger: cfg.Logger})
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, key: keyring{cfg.KeyName, cfg.Key}, broker: b}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s, nil
}

// ConnectionString is what clients need to connect to the server at addr (host:port).
func (s *Server) ConnectionString(addr string) string {
	return fmt.Sprintf("Endpoint=sb://%s;SharedAccessKeyName=%s;SharedAccessKey=%s;UseDevelopmentEmulator=true;", addr, s.cfg.KeyName, s.cfg.Key)
}

// Serve accepts connections on ln until ctx is done or the server is closed, and closes ln. Clients are told that the
// server stops. It returns nil after such an end, when the last of its connections has ended.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	defer context.AfterFunc(ctx, func() { _ = ln.Close() })() // makes Accept return; it has no other use for the error
	var own sync.WaitGroup
	defer own.Wait()
	defer cancel() // before the wait, if Accept failed
	for {
		nc, err := ln.Accept()
		if ctx.Err() != nil {
			if err == nil {
				_ = nc.Close() // a client that came too late
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept service bus connection: %w", err)
		}
		if !s.begin() {
			_ = nc.Close() // likewise
			return ErrClosed
		}
		own.Go(func() {
			defer s.conns.Done()
			s.serve(ctx, nc)
		})
	}
}

// begin counts a connection, unless the server is closed.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	s.conns.Add(1)
	return true
}

func (s *Server) serve(ctx context.Context, nc net.Conn) {
	client := nc.RemoteAddr().String()
	s.cfg.Logger.Debug("service bus client connected", "client", client)
	err := link.Serve(ctx, nc, link.Config{ContainerID: "lazuli", IdleTimeout: idleTimeout}, &peer{server: s, grants: map[string]time.Time{}})
	if err != nil {
		s.cfg.Logger.Warn("service bus connection failed", "client", client, "error", err)
		return
	}
	s.cfg.Logger.Debug("service bus client disconnected", "client", client)
}

// Close ends all connections, stores what is under way and closes the file. It returns ctx's error if that takes
// longer; what was acknowledged is safe even then.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	s.stop()
	s.mu.Unlock()
	ended := make(chan struct{})
	go func() { // ends with the connections, which have deadlines of their own
		s.conns.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
	}
	return s.broker.Close(ctx)
}
