package devops

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/build"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// pageLines is how many lines one call of Log reads at most, and pageLogs from how many logs.
const (
	pageLines = 500
	pageLogs  = 20
)

// maxPlace is above the number of any log and of any line in one.
const maxPlace = 1 << 30

// cursor is a place in a run's log: so many lines of the log with this id are read. Logs get rising ids when their steps
// start, so going through them by id never comes to a place that later grows behind the reader.
type cursor struct {
	log, line int
}

func parseCursor(text string) (cursor, error) {
	var c cursor
	if text == "" {
		return c, nil
	}
	_, err := fmt.Sscanf(text, "%d.%d", &c.log, &c.line)
	if err != nil || c.log < 0 || c.line < 0 || c.log > maxPlace || c.line > maxPlace || c.String() != text {
		return c, platform.Errorf(platform.Invalid, "The place %q is not one in this log.", text).Do("Read the log from its start.")
	}
	return c, nil
}

func (c cursor) String() string { return fmt.Sprintf("%d.%d", c.log, c.line) }

// Log reads the lines of all steps, the agent's own among them, from a place on. While a step is running it does not go
// on to the next one.
func (p *Pipelines) Log(ctx context.Context, run, from string) (platform.LogPage, error) {
	id, err := runID(run)
	if err != nil {
		return platform.LogPage{}, err
	}
	at, err := parseCursor(from)
	if err != nil {
		return platform.LogPage{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	b, err := p.build(ctx, id)
	if err != nil {
		return platform.LogPage{}, failure("read log of run "+run, err)
	}
	records, err := p.timeline(ctx, id)
	if err != nil {
		return platform.LogPage{}, failure("read log of run "+run, err)
	}
	page := platform.LogPage{}
	ended := value(b.Status) == build.BuildStatusValues.Completed
	for read, r := range logsFrom(records, at.log) {
		if logID := *r.Log.Id; logID != at.log {
			at = cursor{log: logID}
		}
		if read == pageLogs || len(page.Lines) == pageLines {
			page.Next = at.String()
			return page, nil
		}
		want := pageLines - len(page.Lines)
		lines, err := p.lines(ctx, id, at.log, at.line+1, at.line+want)
		if e, ok := adoError(err); ok && isMissing(e) {
			lines, err = nil, nil // announced and not written yet, or thrown away since
		}
		if err != nil {
			return platform.LogPage{}, failure("read log of run "+run, err)
		}
		for _, line := range lines {
			page.Lines = append(page.Lines, platform.LogLine{Step: value(r.Name), Text: text(line)})
		}
		at.line += len(lines)
		// Whether this log is at its end is known only of a step that had ended when the timeline was read, before its lines.
		done := ended || value(r.State) == build.TimelineRecordStateValues.Completed
		if len(lines) == want || !done {
			page.Next = at.String()
			return page, nil
		}
	}
	page.Next, page.Complete = at.String(), ended
	return page, nil
}

// logsFrom lists the records of tasks that have a log, by its id, from one on. A job's log repeats those of its tasks.
func logsFrom(records []build.TimelineRecord, first int) []build.TimelineRecord {
	var found []build.TimelineRecord
	for _, r := range records {
		if value(r.Type) == "Task" && r.Log != nil && value(r.Log.Id) > 0 && *r.Log.Id >= first {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b build.TimelineRecord) int { return cmp.Compare(*a.Log.Id, *b.Log.Id) })
	return found
}

// lines reads lines of a log, counted from 1, both ends included.
func (p *Pipelines) lines(ctx context.Context, id, log, first, last int) ([]string, error) {
	from, to := uint64(first), uint64(last) //nolint:gosec // both are at least 1
	lines, err := p.builds.GetBuildLogLines(ctx, build.GetBuildLogLinesArgs{Project: &p.project, BuildId: &id, LogId: &log, StartLine: &from, EndLine: &to})
	if err != nil {
		return nil, err
	}
	return value(lines), nil
}

var (
	stamp = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z ?`)
	ansi  = regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[@-_]`)
)

// text is a line without its time stamp, colours and control characters.
func text(line string) string { return cleaned(stamp.ReplaceAllString(line, "")) }

func cleaned(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case unicode.IsControl(r):
			return -1
		default:
			return r
		}
	}, ansi.ReplaceAllString(strings.ToValidUTF8(line, "\uFFFD"), ""))
}

func timeOf(t *azuredevops.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Time.UTC()
}
