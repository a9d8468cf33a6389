// Command lazuli is the command line of Lazuli, and on a laptop the whole platform: lazuli up.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/lazuli-platform/lazuli/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Getenv)
	stop()
	os.Exit(code)
}
