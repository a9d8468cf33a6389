// Command handler is Lazuli's custom handler for Azure Functions: one process for all functions. The Functions host starts it,
// forwards HTTP requests to it, and tells it of messages and timers. app.go says what it is made of.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // calendars have zones, and not every host knows them

	"github.com/lazuli-platform/lazuli/internal/config"
)

// version is set when the handler is packaged.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "handler:", err) // the host shows the last lines of stderr as the reason
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		return fmt.Errorf("setting LAZULI_LOG_LEVEL must be debug, info, warn or error: %w", err)
	}
	// To stdout: the host takes every line of stderr for an error.
	log := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: level}))
	app, err := newApp(ctx, cfg, log)
	if err != nil {
		return err
	}
	return app.serve(ctx)
}
