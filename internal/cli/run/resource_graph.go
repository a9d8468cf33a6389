package run

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

// graphFile is the question to Azure Resource Graph in a bundle; a bundle without it has nothing to do with Azure.
const graphFile = "resource-graph.json"

// graphQuestion is what internal/render writes. The index lags behind, in both directions: what is gone is still listed for a
// while, and what was just made is not listed yet. So an answer counts when Agree in a row found nothing, Pause apart; and
// what is still found after Patience is left.
type graphQuestion struct {
	Query    string   `json:"query"`
	Sees     string   `json:"sees"` // counts what the identity can see at all: who sees nothing proves nothing
	Agree    int      `json:"agree"`
	Pause    duration `json:"pause"`
	Patience duration `json:"patience"`
}

// duration is a time.Duration as Go writes it, such as 20s.
type duration time.Duration

// UnmarshalText reads it.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

// proveWithGraph asks Azure Resource Graph what carries the tag. With wait it asks until nothing does, or for as long as the
// question says.
func (s *Session) proveWithGraph(ctx context.Context, wait bool) ([]string, error) {
	raw, err := os.ReadFile(s.path("root", "proof", graphFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the question to Azure Resource Graph: %w", err)
	}
	var q graphQuestion
	if err := json.Unmarshal(raw, &q); err != nil {
		return nil, fmt.Errorf("decode the question to Azure Resource Graph: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(q.Patience)+time.Minute)
	defer cancel()
	if err := s.seesSomething(ctx, q); err != nil {
		return nil, err
	}
	giveUp := time.Now().Add(time.Duration(q.Patience))
	for empty := 0; ; {
		found, err := s.askGraph(ctx, q.Query)
		switch {
		case passes(err):
			fmt.Fprintf(s.Out, "Azure Resource Graph: %s; asking again.\n", safe(err.Error()))
		case err != nil:
			return nil, err
		case len(found) == 0:
			empty++
		default:
			empty = 0
			fmt.Fprintf(s.Out, "Azure Resource Graph still lists %d things.\n", len(found))
		}
		if err == nil && (!wait || empty >= q.Agree) {
			return graphNames(found), nil
		}
		if time.Now().After(giveUp) {
			return graphNames(found), errors.Join(err, agreed(found, empty, q.Agree))
		}
		if err := pause(ctx, time.Duration(q.Pause)); err != nil {
			return nil, fmt.Errorf("ask Azure Resource Graph: %w", err)
		}
	}
}

// agreed tells, when the time is over, an answer from none: things that are still listed are left, but too few empty answers
// are no proof.
func agreed(found []graphItem, empty, needed int) error {
	if len(found) == 0 && empty < needed {
		return errors.New("Azure Resource Graph did not answer often enough to be sure")
	}
	return nil
}

func (s *Session) seesSomething(ctx context.Context, q graphQuestion) error {
	for try := 0; ; try++ {
		seen, err := s.askGraph(ctx, q.Sees)
		if passes(err) && try < 5 {
			if err := pause(ctx, time.Duration(q.Pause)); err != nil {
				return err
			}
			continue
		}
		if err == nil && len(seen) == 0 {
			err = errors.New("the identity of the service connection can read no subscription, so that it finds nothing says nothing; give it the role Reader")
		}
		return err
	}
}

type graphItem struct {
	ID string `json:"id"`
}

func graphNames(items []graphItem) []string {
	names := make([]string, 0, len(items))
	for _, item := range items {
		names = append(names, item.ID)
	}
	return names
}

// passing is a trouble that another try may not have.
type passing struct{ error }

func passes(err error) bool { return errors.As(err, new(passing)) }

// askGraph asks once, in every subscription that the identity may read. One page is enough: whether there is one that is left
// matters, and a list of a thousand says the rest.
func (s *Session) askGraph(ctx context.Context, query string) ([]graphItem, error) {
	body, err := json.Marshal(map[string]any{"query": query, "options": map[string]any{"resultFormat": "objectArray", "$top": 1000}})
	if err != nil {
		return nil, fmt.Errorf("encode the question: %w", err)
	}
	address, err := url.JoinPath(s.Azure, "providers/Microsoft.ResourceGraph/resources")
	if err != nil {
		return nil, fmt.Errorf("address of Azure Resource Manager: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"?api-version=2022-10-01", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("address of Azure Resource Manager: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+s.AzureToken)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, passing{err}
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, 4<<20))
	if err != nil {
		return nil, passing{err}
	}
	switch {
	case response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= 500:
		_ = pause(ctx, retryAfter(response)) // the end of ctx is noticed by the next call
		return nil, passing{fmt.Errorf("it answered %s", response.Status)}
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("Azure Resource Graph answered %s: %s", response.Status, safe(string(raw[:min(len(raw), 500)])))
	}
	var said struct {
		Data *[]graphItem `json:"data"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return nil, fmt.Errorf("decode the answer of Azure Resource Graph: %w", err)
	}
	if said.Data == nil {
		return nil, errors.New("Azure Resource Graph answered without data")
	}
	return *said.Data, nil
}

// retryAfter is how long a service asked to be left alone, at most half a minute.
func retryAfter(r *http.Response) time.Duration {
	seconds, err := strconv.Atoi(r.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, 30*time.Second)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
