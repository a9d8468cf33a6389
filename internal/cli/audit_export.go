package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
)

func (s *session) auditExport() *cobra.Command {
	q := &auditQuery{now: time.Now}
	out := "-"
	cmd := &cobra.Command{
		Use: "export", Short: "Write the audit log to a file, an event a line", Args: cobra.NoArgs,
		Long: `Writes all that matches as JSON lines, newest first. The file appears when it is whole: nothing half is
left behind, and an earlier file of that name stays until then.`,
		Example: `  lazuli audit export --since 2026-11-01T00:00:00Z --until 2026-12-01T00:00:00Z --out audit-2026-11.jsonl
  lazuli audit export --project payments --refused | jq -r .actor | sort | uniq -c`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "-" {
				_, err := s.writeAudit(cmd.Context(), q, s.Out)
				return err
			}
			return s.writeAuditFile(cmd.Context(), q, out)
		},
	}
	q.flags(cmd)
	cmd.Flags().StringVar(&out, "out", out, "the file to write; - for standard output")
	return cmd
}

// writeAudit writes every event that matches, and says how many.
func (s *session) writeAudit(ctx context.Context, q *auditQuery, w io.Writer) (int, error) {
	params, err := q.params()
	if err != nil {
		return 0, err
	}
	caller, err := s.api()
	if err != nil {
		return 0, err
	}
	n, lines := 0, bufio.NewWriter(w)
	err = readAudit(ctx, caller, params, auditPage, func(page []json.RawMessage) (bool, error) {
		for _, event := range page {
			var line bytes.Buffer
			if err := json.Compact(&line, event); err != nil {
				return false, fmt.Errorf("an event cannot be read: %w", err)
			}
			line.WriteByte('\n')
			if _, err := lines.Write(line.Bytes()); err != nil {
				return false, fmt.Errorf("write the audit log: %w", err)
			}
			n++
		}
		return true, nil
	})
	if err != nil {
		return n, err
	}
	if err := lines.Flush(); err != nil {
		return n, fmt.Errorf("write the audit log: %w", err)
	}
	return n, nil
}

// writeAuditFile writes beside the file's place first. Only its owner may read it: it says what people did.
func (s *session) writeAuditFile(ctx context.Context, q *auditQuery, out string) error {
	next, err := os.CreateTemp(filepath.Dir(out), ".audit-*")
	if err != nil {
		return hintError{fmt.Errorf("write %s: %w", out, err), "name a file in a folder that is there and may be written to"}
	}
	n, err := s.writeAudit(ctx, q, next)
	if err == nil {
		err = next.Sync()
	}
	err = errors.Join(err, next.Close())
	if err == nil {
		err = os.Rename(next.Name(), out)
	}
	if err != nil {
		return errors.Join(err, os.Remove(next.Name()))
	}
	return s.print(map[string]any{"file": out, "events": n}, func() error {
		fmt.Fprintf(s.Out, "✓ %d events are in %s\n", n, out)
		return nil
	})
}
