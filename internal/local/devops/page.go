package devops

import (
	"bytes"
	"crypto/hmac"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/lazuli-platform/lazuli/internal/local/devops/agent"
)

// pageLines is how many lines of a step's log the page shows, the last ones.
const pageLines = 400

//go:embed results.html
var resultsHTML string

var resultsPage = template.Must(template.New("results").Parse(resultsHTML))

// pageStep is what the page shows of a task.
type pageStep struct {
	Name, State, Took string
	Open              bool // it failed, or is the one that the address names
	Errors            []string
	Lines             []string
}

// showResults answers GET {project}/_build/results?buildId=1, the page that _links.web of a run and of a build points at. A
// person's browser has no token, so that the link carries a signature: who was given the link may look.
func (s *Server) showResults(w http.ResponseWriter, r *http.Request, _ params) error {
	query := r.URL.Query()
	id, err := strconv.Atoi(query.Get("buildId"))
	if err != nil || !hmac.Equal([]byte(s.pageKey(id)), []byte(query.Get("key"))) {
		writeUnauthorized(w, r)
		return nil
	}
	found, ok := s.store.run(id)
	if !ok {
		return errBuildNotFound(query.Get("buildId"))
	}
	steps, err := s.pageSteps(found, query.Get("t"))
	if err != nil {
		return err
	}
	d, _ := s.cfg.definition(found.Definition)
	var page bytes.Buffer
	if err := resultsPage.Execute(&page, map[string]any{
		"Number": found.Number, "Pipeline": d.Name, "ID": found.ID, "Status": found.Status, "Result": found.Result,
		"Running": found.Status != completed, "Queued": found.Queued.Format(time.DateTime), "Steps": steps,
	}); err != nil {
		return fmt.Errorf("write page of run %d: %w", id, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Referrer-Policy", "no-referrer") // the address is the credential
	_, _ = w.Write(page.Bytes())                     // the client is gone: there is nobody left to tell
	return nil
}

func (s *Server) pageKey(id int) string { return s.signature(id, "_build/results", "never") }

func (s *Server) pageSteps(r run, wanted string) ([]pageStep, error) {
	records, _, err := s.store.records(r.ID)
	if err != nil {
		return nil, err
	}
	var steps []pageStep
	for _, record := range records {
		if record.Type != agent.TypeTask && len(record.Issues) == 0 {
			continue
		}
		step := pageStep{Name: record.Name, State: string(record.State), Took: took(record.Record, s.cfg.Now()), Open: record.Result == agent.Failed || record.ID == wanted}
		if record.Result != "" {
			step.State = string(record.Result)
		}
		for _, issue := range record.Issues {
			step.Errors = append(step.Errors, issue.Message)
		}
		if record.LogID > 0 {
			lines, err := s.logs.lines(r.ID, record.LogID, 1, 0)
			if err != nil {
				return nil, err
			}
			step.Lines = lines[max(0, len(lines)-pageLines):]
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// took is how long a record has run, in words.
func took(r agent.Record, now time.Time) string {
	if r.Start == nil {
		return ""
	}
	end := now
	if r.Finish != nil {
		end = *r.Finish
	}
	return end.Sub(*r.Start).Round(100 * time.Millisecond).String()
}
