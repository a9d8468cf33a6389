package devops

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// logFiles keeps the logs of all runs as text files, <dir>/<run>/<log>.log, one line of the log per line of the file. The
// files are the only truth: a line that was written is there after a crash, and nothing else has to agree with it.
type logFiles struct {
	dir string

	mu     sync.Mutex
	counts map[string]lineCount // by path; forgotten as a whole when it grows large
}

// lineCount is how many lines the first size bytes of a file have, so that polling a growing log reads each byte once.
type lineCount struct {
	size  int64
	lines int
}

const maxCounts = 4096

// logInfo is what the list of a run's logs says of one.
type logInfo struct {
	ID      int
	Lines   int
	Created time.Time
	Changed time.Time
}

func newLogFiles(dir string) *logFiles { return &logFiles{dir: dir, counts: map[string]lineCount{}} }

func (l *logFiles) path(run, id int) string {
	return filepath.Join(l.dir, strconv.Itoa(run), strconv.Itoa(id)+".log")
}

// create makes the log with this id, empty.
func (l *logFiles) create(run, id int) error {
	path := l.path(run, id)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("create log %d of run %d: %w", id, run, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // made of two numbers below our own directory
	if err != nil {
		return fmt.Errorf("create log %d of run %d: %w", id, run, err)
	}
	return f.Close()
}

// append adds whole lines in one write, so that a crash leaves no half of one.
func (l *logFiles) append(run, id int, lines []string) error {
	f, err := os.OpenFile(l.path(run, id), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("append to log %d of run %d: %w", id, run, err)
	}
	_, err = io.WriteString(f, strings.Join(lines, "\n")+"\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("append to log %d of run %d: %w", id, run, err)
	}
	return nil
}

// list returns the logs of a run by their ids. A run without logs has none.
func (l *logFiles) list(run int) ([]logInfo, error) {
	var logs []logInfo
	for id := 1; ; id++ { // ids have no gaps, so the first missing file is the end
		path := l.path(run, id)
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return logs, nil
		}
		if err != nil {
			return nil, fmt.Errorf("list logs of run %d: %w", run, err)
		}
		n, err := l.count(path, info.Size())
		if err != nil {
			return nil, fmt.Errorf("list logs of run %d: %w", run, err)
		}
		logs = append(logs, logInfo{ID: id, Lines: n, Created: created(path, info), Changed: info.ModTime().UTC()})
	}
}

// created is the time stamp that the first line begins with; an empty log was created when it was last changed.
func created(path string, info fs.FileInfo) time.Time {
	f, err := os.Open(path) //nolint:gosec // made of two numbers below our own directory
	if err != nil {
		return info.ModTime().UTC()
	}
	defer f.Close() //nolint:errcheck // only read
	stamp := make([]byte, len("2006-01-02T15:04:05.0000000Z"))
	if _, err := io.ReadFull(f, stamp); err != nil {
		return info.ModTime().UTC()
	}
	at, err := time.Parse(time.RFC3339Nano, string(stamp))
	if err != nil {
		return info.ModTime().UTC()
	}
	return at
}

// count counts the lines of the first size bytes of a file, starting from what it counted before.
func (l *logFiles) count(path string, size int64) (int, error) {
	l.mu.Lock()
	c := l.counts[path]
	l.mu.Unlock()
	if c.size == size {
		return c.lines, nil
	}
	f, err := os.Open(path) //nolint:gosec // made of two numbers below our own directory
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // only read
	buf := make([]byte, 64<<10)
	for r := io.NewSectionReader(f, c.size, size-c.size); ; {
		n, err := r.Read(buf)
		c.lines += strings.Count(string(buf[:n]), "\n")
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
	}
	c.size = size
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.counts) >= maxCounts {
		clear(l.counts)
	}
	l.counts[path] = c
	return c.lines, nil
}

// lines returns the lines from first to last, counted from 1, both included. last 0 means to the end.
func (l *logFiles) lines(run, id, first, last int) ([]string, error) {
	f, err := os.Open(l.path(run, id))
	if err != nil {
		return nil, fmt.Errorf("read log %d of run %d: %w", id, run, err)
	}
	defer f.Close() //nolint:errcheck // only read
	var found []string
	r := bufio.NewReader(f)
	for n := 1; last == 0 || n <= last; n++ {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break // a last line without its end is still being written
		}
		if err != nil {
			return nil, fmt.Errorf("read log %d of run %d: %w", id, run, err)
		}
		if n >= first {
			found = append(found, strings.TrimSuffix(line, "\n"))
		}
	}
	return found, nil
}
