package functionshost

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
)

// consoleCategory is what the real host calls the handler's own lines.
const consoleCategory = "Host.Function.Console"

// maxLine bounds one line of the handler's output; the rest of a longer one becomes a line of its own.
const maxLine = 64 << 10

// console turns one output stream of the handler into log entries, one per line.
type console struct {
	level func(line string) slog.Level
	log   *slog.Logger

	mu      sync.Mutex
	partial []byte
	last    []string // the last three lines
}

// stdoutLevel: what a handler prints is information.
func stdoutLevel(string) slog.Level { return slog.LevelInfo }

// stderrLevel returns the rule for stderr. errorsOnly (the default of custom handlers): an error, or a warning
// if the line says so. Otherwise only lines with telling words are errors.
func stderrLevel(errorsOnly bool) func(string) slog.Level {
	return func(line string) slog.Level {
		lower := strings.ToLower(line)
		if errorsOnly {
			if strings.Contains(lower, "warn") {
				return slog.LevelWarn
			}
			return slog.LevelError
		}
		for _, word := range []string{"error", "fail", "severe", "unhandled exception"} {
			if strings.Contains(lower, word) {
				return slog.LevelError
			}
		}
		return slog.LevelInfo
	}
}

// Write never fails: a handler must not die because of its log.
func (c *console) Write(data []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.partial = append(c.partial, data...)
	for {
		end, next := bytes.IndexByte(c.partial, '\n'), 0
		switch {
		case end >= 0:
			next = end + 1
		case len(c.partial) >= maxLine:
			end, next = maxLine, maxLine
		default:
			return len(data), nil
		}
		c.emit(string(c.partial[:end]))
		c.partial = c.partial[next:]
	}
}

// flush emits what was written after the last line break.
func (c *console) flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.partial) > 0 {
		c.emit(string(c.partial))
		c.partial = nil
	}
}

// tail returns the last three lines, which the host gives as the reason when the handler dies.
func (c *console) tail() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.last, "\n")
}

func (c *console) emit(line string) {
	line = strings.TrimRight(line, "\r")
	if line == "" {
		return
	}
	c.last = append(c.last, line)
	if len(c.last) > 3 {
		c.last = c.last[1:]
	}
	c.log.Log(context.Background(), c.level(line), line, "category", consoleCategory)
}
