package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/client"
)

// auditPage is how many events are asked for at a time.
const auditPage = 200

func (s *session) auditCommand() *cobra.Command {
	q := &auditQuery{now: time.Now}
	limit := 50
	cmd := &cobra.Command{
		Use: "audit", Short: "Who did what, and who was refused what", Args: cobra.NoArgs,
		Long: `Shows the audit log, newest first: every change that was accepted and every request that was refused.
Owners of a project read that of their project; platform admins read everything. What a change replaced,
and by what, is in the JSON of its event.`,
		Example: `  lazuli audit --project payments
  lazuli audit --project payments --refused --since 24h
  lazuli audit --actor 6f1c…-object-id --since 7d --until 2026-11-25T12:00:00Z
  lazuli audit --project payments --action putEnvironment --limit 1 -o json
  lazuli audit export --project payments --since 30d --out audit.jsonl`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return usageError{fmt.Errorf("--limit must be at least 1, not %d", limit)}
			}
			return s.showAudit(cmd.Context(), q, limit)
		},
	}
	q.flags(cmd)
	cmd.Flags().IntVar(&limit, "limit", limit, "show at most so many")
	cmd.AddCommand(s.auditExport())
	return cmd
}

// auditQuery is what of the log is wanted, as the flags say it.
type auditQuery struct {
	project, actor, action string
	refused                bool
	since, until           string
	now                    func() time.Time
}

func (q *auditQuery) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&q.project, "project", "", "only of this project; ACCESS for the platform itself, CATALOG for the catalog")
	cmd.Flags().StringVar(&q.actor, "actor", "", "only what this caller asked for, by his object id (lazuli whoami shows yours)")
	cmd.Flags().StringVar(&q.action, "action", "", "only this operation of the API, such as putEnvironment")
	cmd.Flags().BoolVar(&q.refused, "refused", false, "only what was refused")
	cmd.Flags().StringVar(&q.since, "since", "", "only from then on: 24h or 7d ago, or a time such as 2026-11-25T12:00:00Z")
	cmd.Flags().StringVar(&q.until, "until", "", "only before then; likewise")
}

func (q *auditQuery) params() (*api.ListAuditEventsParams, error) {
	p := &api.ListAuditEventsParams{}
	for _, f := range []struct {
		value string
		into  **string
	}{{q.project, &p.Project}, {q.actor, &p.Actor}, {q.action, &p.Action}} {
		if f.value != "" {
			*f.into = &f.value
		}
	}
	if q.refused {
		refused := api.AuditOutcomeRefused
		p.Outcome = &refused
	}
	for _, f := range []struct {
		flag, value string
		into        **time.Time
	}{{"--since", q.since, &p.From}, {"--until", q.until, &p.To}} {
		if f.value == "" {
			continue
		}
		at, err := moment(f.value, q.now())
		if err != nil {
			return nil, usageError{fmt.Errorf("%s is how long ago, such as 24h or 7d, or a time such as 2026-11-25T12:00:00Z, not %q", f.flag, f.value)}
		}
		*f.into = &at
	}
	return p, nil
}

// emptyText says what to do where nothing was found.
func (q *auditQuery) emptyText() string {
	var narrow []string
	for _, f := range []struct {
		flag string
		set  bool
	}{{"--project", q.project != ""}, {"--actor", q.actor != ""}, {"--action", q.action != ""}, {"--refused", q.refused}, {"--since", q.since != ""}, {"--until", q.until != ""}} {
		if f.set {
			narrow = append(narrow, f.flag)
		}
	}
	matches := "Nothing was recorded that matches " + strings.Join(narrow, ", ") + ". "
	switch {
	case len(narrow) == 0:
		return "Nothing was recorded yet. The next change will be:  lazuli project create NAME"
	case q.since != "":
		return matches + "Go further back, for example with --since 30d, or leave something out."
	}
	return matches + "Leave something out, or look at how it is written in what is there:  lazuli audit"
}

// moment reads a time, or how long before now it was.
func moment(text string, now time.Time) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		return now.UTC().AddDate(0, 0, -int(n)), err //nolint:gosec // 16 bits
	}
	ago, err := time.ParseDuration(text)
	if err == nil && ago < 0 {
		err = fmt.Errorf("%s is to come", text)
	}
	return now.UTC().Add(-ago), err
}

// readAudit hands over page after page, each event as it came, until there are no more or take says that it has enough.
func readAudit(ctx context.Context, caller *client.ClientWithResponses, p *api.ListAuditEventsParams, size int, take func([]json.RawMessage) (more bool, err error)) error {
	p.Maxpagesize = &size
	for {
		answer, err := caller.ListAuditEventsWithResponse(ctx, p)
		if err := check(answer, err); err != nil {
			return err
		}
		var list struct { // the generated shape would round numbers
			Value    []json.RawMessage `json:"value"`
			NextLink *string           `json:"nextLink"`
		}
		if err := json.Unmarshal(answer.Body, &list); err != nil {
			return fmt.Errorf("the answer cannot be read: %w", err)
		}
		if more, err := take(list.Value); err != nil || !more || list.NextLink == nil {
			return err
		}
		link, err := url.Parse(*list.NextLink)
		if err != nil {
			return fmt.Errorf("the link to the next page cannot be read: %w", err)
		}
		token := link.Query().Get("pageToken")
		p.PageToken = &token
	}
}

func (s *session) showAudit(ctx context.Context, q *auditQuery, limit int) error {
	params, err := q.params()
	if err != nil {
		return err
	}
	caller, err := s.api()
	if err != nil {
		return err
	}
	events, more := []json.RawMessage{}, false
	err = readAudit(ctx, caller, params, min(limit+1, auditPage), func(page []json.RawMessage) (bool, error) {
		events = append(events, page...)
		more = len(events) > limit
		return !more, nil
	})
	if err != nil {
		return err
	}
	events = events[:min(limit, len(events))]
	return s.print(events, func() error { return s.printAudit(q, events, more) })
}

func (s *session) printAudit(q *auditQuery, events []json.RawMessage, more bool) error {
	if len(events) == 0 {
		fmt.Fprintln(s.Out, q.emptyText())
		return nil
	}
	var rows [][]string
	for _, raw := range events {
		var e api.AuditEvent
		if err := json.Unmarshal(raw, &e); err != nil {
			return fmt.Errorf("an event cannot be read: %w", err)
		}
		outcome := string(e.Outcome)
		if e.Code != nil {
			outcome += " " + string(*e.Code)
		}
		rows = append(rows, []string{e.At.Local().Format(time.DateTime), e.Actor, e.Action, e.Target, outcome, orDash(text(e.RequestID))})
	}
	if err := s.table("TIME\tACTOR\tWHAT\tTARGET\tOUTCOME\tREQUEST", rows); err != nil {
		return err
	}
	if more {
		fmt.Fprintf(s.Err, "These are the newest %d. More with --limit; all with:  lazuli audit export\n", len(events))
	}
	return nil
}
