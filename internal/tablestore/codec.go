package tablestore

import (
	"encoding/json"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Version of a root row, as it travels in platform.Stored: the ETag, then the write ids of the row, newest first.
// Nobody outside this package looks into it.

// trailLength is how many writes a row remembers. Its own Commit asks about a write moments after it; so many others
// cannot have come between unless something is very wrong, and then the answer is a Conflict, never a false success.
const trailLength = 16

func versionOf(r *storedRow, etag string) platform.Stored {
	return platform.Stored{Version: etag + " " + trailOf(r)}
}

func trailOf(r *storedRow) string {
	return strings.TrimSpace(r.text("wid") + " " + r.text("trail"))
}

func splitVersion(stored platform.Stored) (etag string, trail []string) {
	fields := strings.Fields(stored.Version)
	if len(fields) == 0 {
		return "", nil
	}
	return fields[0], fields[1:]
}

// sign puts the write id into a root row, and those before it.
func (r *row) sign(wid string, before platform.Stored) {
	_, trail := splitVersion(before)
	r.text("wid", wid)
	r.text("trail", strings.Join(trail[:min(len(trail), trailLength-1)], " "))
}

// mapped converts a list and keeps the difference between an empty one and none.
func mapped[A, B any](in []A, convert func(A) B) []B {
	if in == nil {
		return nil
	}
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, convert(a))
	}
	return out
}

// mappedPointer converts what may be nil.
func mappedPointer[A, B any](in *A, convert func(A) B) *B {
	if in == nil {
		return nil
	}
	out := convert(*in)
	return &out
}

// column is a document of a row: its name, and the value to be stored as JSON unless present is false.
type document struct {
	name    string
	value   any
	present bool
}

func (r *row) documents(columns ...document) error {
	for _, c := range columns {
		if c.present {
			if err := r.document(c.name, c.value); err != nil {
				return err
			}
		}
	}
	return nil
}

type storedRun struct {
	ID  string `json:"id,omitempty"`
	URL string `json:"url,omitempty"`
}

type storedBodyRef struct {
	ID     string `json:"id"`
	Digest string `json:"digest"`
	Size   int    `json:"size"`
}

type storedError struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Target  string   `json:"target,omitempty"`
	Action  string   `json:"action,omitempty"`
	Lines   []string `json:"lines,omitempty"`

	Rule     string         `json:"rule,omitempty"`
	Cause    string         `json:"cause,omitempty"`
	WhoFixes platform.Fixer `json:"whoFixes,omitempty"`
	Retry    platform.Retry `json:"retry,omitempty"`
}

func encodeError(e platform.OperationError) storedError { return storedError(e) }

func decodeError(e storedError) platform.OperationError { return platform.OperationError(e) }

type storedReport struct {
	Status    string          `json:"status"`
	Outputs   json.RawMessage `json:"outputs,omitempty"`
	Remaining []string        `json:"remaining,omitempty"`
	Error     *storedError    `json:"error,omitempty"`
}

func encodeReport(r platform.Report) storedReport {
	return storedReport{string(r.Status), r.Outputs, r.Remaining, mappedPointer(r.Error, encodeError)}
}

func decodeReport(r storedReport) platform.Report {
	return platform.Report{Status: platform.Status(r.Status), Outputs: r.Outputs, Remaining: r.Remaining, Error: mappedPointer(r.Error, decodeError)}
}
