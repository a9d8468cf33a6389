package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/local"
)

// bill counts what deployments cost in Table Storage and Service Bus, by what it was for.
type bill struct {
	mu    sync.Mutex
	n     map[string]int
	known map[string]map[string]any // operations as they were stored last, by row key
}

func newBill() *bill { return &bill{n: map[string]int{}, known: map[string]map[string]any{}} }

var (
	tableName  = regexp.MustCompile(`lazuli(projects|index|bodies)`)
	partMethod = regexp.MustCompile(`(?m)^(POST|PUT|PATCH|MERGE|DELETE) http\S+`)
)

// fault is on the way of every request to the tables. It does no harm.
func (b *bill) fault(method, path string, body []byte, _ func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch table := tableName.FindString(path); {
	case strings.HasSuffix(path, "$batch"):
		b.n["tx:"+b.cause(body)]++
	case method == http.MethodGet:
		b.n["reads"]++
	default:
		b.n["single:"+strings.ToLower(method)+"-"+strings.TrimPrefix(table, "lazuli")]++
	}
}

// cause is what a transaction was for, by what it changed in the row of its operation.
func (b *bill) cause(batch []byte) string {
	if table := tableName.Find(batch); string(table) != "lazuliprojects" {
		return string(table)
	}
	for line := range bytes.Lines(batch) {
		var row map[string]any
		if line[0] != '{' || json.Unmarshal(line, &row) != nil {
			continue
		}
		key, ok := row["RowKey"].(string)
		if !ok || !strings.HasPrefix(key, "op|") {
			continue
		}
		before := b.known[key]
		b.known[key] = row
		return causeOf(before, row)
	}
	for _, part := range partMethod.FindAllSubmatch(batch, -1) {
		if string(part[1]) != http.MethodDelete {
			return "other"
		}
	}
	return "clean-up"
}

func causeOf(before, after map[string]any) string {
	status, _ := after["status"].(string)
	switch changed := func(column string) bool { return before[column] != after[column] }; {
	case before == nil:
		return "accept"
	case changed("status") && slices.Contains([]string{"Succeeded", "Failed", "Canceled"}, status):
		return "end"
	case changed("attempt"):
		return "attempt"
	case before["claimed"] == nil && after["claimed"] != nil:
		return "claim"
	case changed("plan"):
		return "plan"
	case changed("report"):
		return "result"
	case changed("recorded"):
		return "recorded"
	}
	return "mirror" // of the run's steps: what polling finds
}

func (b *bill) sent(entity string, messages int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if entity == "hooks" { // of Azure DevOps, not of ours
		return
	}
	b.n["sends:"+entity]++
	b.n["messages:"+entity] += messages
}

// BenchmarkCost tells what a deployment without approval costs, each after the other: transactions of Table Storage by their cause,
// writes of single rows, reads; and messages by where they go, with the transfers they went in. Polling is told apart: what
// a look at the run stores of its steps (tx:mirror), and the looks themselves (messages to the queue runs).
func BenchmarkCost(b *testing.B) {
	var tables, devops *faultProxy
	costs := newBill()
	r := startPlatform(b, withProxies(b, &tables, &devops), func(cfg *local.Config) { cfg.NoPostgres, cfg.OnSend = true, costs.sent })
	r.project("payments")
	r.accept(b, "warm", "01COSTWARM0000000000000000") // the first has the catalog to read
	r.await("01COSTWARM0000000000000000")
	costs.mu.Lock()
	costs.n = map[string]int{}
	costs.mu.Unlock()
	tables.set(costs.fault)
	n := 0
	for b.Loop() {
		n++
		id := fmt.Sprintf("01COST%020d", n)
		r.accept(b, fmt.Sprintf("bench-%d", n), id)
		r.await(id)
	}
	costs.mu.Lock()
	defer costs.mu.Unlock()
	for what, count := range costs.totals() {
		b.ReportMetric(float64(count)/float64(n), what+"/op")
	}
}

// totals adds the sums to what was counted.
func (b *bill) totals() map[string]int {
	all := maps.Clone(b.n)
	for what, count := range b.n {
		switch kind, of, _ := strings.Cut(what, ":"); {
		case what == "tx:mirror":
		case kind == "tx":
			all["transactions"] += count
		case kind == "single":
			all["singles"] += count
		case of == "runs":
		case kind == "messages":
			all["messages"] += count
		case kind == "sends":
			all["sends"] += count
		}
	}
	return all
}
