package tables_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/tables"
)

func fill(t *testing.T, c *aztables.Client, partition string, count int) {
	t.Helper()
	for from := 0; from < count; from += 100 {
		var actions []aztables.TransactionAction
		for i := from; i < min(from+100, count); i++ {
			actions = append(actions, action(aztables.TransactionTypeAdd, row(t, partition, fmt.Sprintf("%05d", i), "N", i)))
		}
		if _, err := c.SubmitTransaction(t.Context(), actions, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestQuery_pagesAreCut(t *testing.T) {
	c := start(t).table("things")
	fill(t, c, "p", 1050)
	var sizes []int
	for pager := c.NewListEntitiesPager(nil); pager.More(); {
		page, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.Entities))
	}
	if diff := cmp.Diff([]int{1000, 50}, sizes); diff != "" {
		t.Error(diff)
	}
	if keys := list(t, c, &aztables.ListEntitiesOptions{Top: ptr(int32(7))}); len(keys) != 1050 || keys[1049] != "01049" {
		t.Errorf("%d rows in pages of 7", len(keys))
	}
}

func TestQuery_exactPageHasNoContinuation(t *testing.T) {
	c := start(t).table("things")
	fill(t, c, "p", 10)
	pager := c.NewListEntitiesPager(&aztables.ListEntitiesOptions{Top: ptr(int32(10))})
	if _, err := pager.NextPage(t.Context()); err != nil {
		t.Fatal(err)
	}
	if pager.More() {
		t.Error("there is a continuation after the last row")
	}
}

// A walk goes on although the row it read last and the row it would read next are deleted meanwhile.
func TestQuery_continuationSurvivesDeletes(t *testing.T) {
	c := start(t).table("things")
	fill(t, c, "p", 10)
	pager := c.NewListEntitiesPager(&aztables.ListEntitiesOptions{Top: ptr(int32(4))})
	if _, err := pager.NextPage(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"00003", "00004"} {
		if _, err := c.DeleteEntity(t.Context(), "p", key, nil); err != nil {
			t.Fatal(err)
		}
	}
	page, err := pager.NextPage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if first := fields(t, page.Entities[0])["RowKey"]; first != "00005" {
		t.Errorf("the walk went on at %v, want 00005", first)
	}
}

func TestQuery_emptyPagesWithContinuation(t *testing.T) {
	w := start(t, func(c *tables.Config) { c.MaxExamined = 10 })
	c := w.table("things")
	fill(t, c, "p", 35)
	empty := 0
	var found []string
	for pager := c.NewListEntitiesPager(&aztables.ListEntitiesOptions{Filter: ptr("N ge 33")}); pager.More(); {
		page, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Entities) == 0 {
			empty++
		}
		for _, e := range page.Entities {
			found = append(found, fields(t, e)["RowKey"].(string))
		}
	}
	if diff := cmp.Diff([]string{"00033", "00034"}, found); diff != "" || empty != 3 {
		t.Errorf("%d empty pages, want 3; %s", empty, diff)
	}
	// A range of keys is sought, not examined: this one needs a single page.
	pager := c.NewListEntitiesPager(&aztables.ListEntitiesOptions{Filter: ptr("PartitionKey eq 'p' and RowKey ge '00030' and RowKey lt '00033'")})
	page, err := pager.NextPage(t.Context())
	if err != nil || len(page.Entities) != 3 || pager.More() {
		t.Errorf("%d rows, more: %t, error %v", len(page.Entities), pager.More(), err)
	}
}

func TestQuery_continuationCrossesPartitions(t *testing.T) {
	c := start(t).table("things")
	for _, partition := range []string{"b", "a", "", "é"} {
		mustAdd(t, c, row(t, partition, "x"))
		mustAdd(t, c, row(t, partition, ""))
	}
	var pairs []string
	for pager := c.NewListEntitiesPager(&aztables.ListEntitiesOptions{Top: ptr(int32(1))}); pager.More(); {
		page, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f := fields(t, page.Entities[0])
		pairs = append(pairs, f["PartitionKey"].(string)+"|"+f["RowKey"].(string))
	}
	if diff := cmp.Diff([]string{"|", "|x", "a|", "a|x", "b|", "b|x", "é|", "é|x"}, pairs); diff != "" {
		t.Error(diff)
	}
}

func TestQuery_orderIsOrdinal(t *testing.T) {
	c := start(t).table("things")
	want := []string{"", " ", "A", "A!", "AA", "_", "a", "~", "é"}
	for i := range want {
		mustAdd(t, c, row(t, "p", want[(i*5)%len(want)]))
	}
	if diff := cmp.Diff(want, list(t, c, nil)); diff != "" {
		t.Error(diff)
	}
}

func TestQuery_select(t *testing.T) {
	w := start(t)
	w.table("things")
	w.send("POST", "/lazuli/things", `{"PartitionKey":"p","RowKey":"r","A":1,"B":2}`)
	for query, want := range map[string]string{
		"A":            `{"value":[{"A":1}]}`,
		"B, RowKey":    `{"value":[{"B":2,"RowKey":"r"}]}`,
		"A,Missing":    `{"value":[{"A":1,"Missing":null}]}`,
		"PartitionKey": `{"value":[{"PartitionKey":"p"}]}`,
	} {
		_, body := w.send("GET", "/lazuli/things()?$select="+url.QueryEscape(query), "", "Accept", "application/json;odata=nometadata")
		if body != want {
			t.Errorf("%s: got %s, want %s", query, body, want)
		}
	}
}

func TestQuery_refusals(t *testing.T) {
	w := start(t)
	w.table("things")
	for _, query := range []string{
		"$top=0", "$top=1001", "$top=-1", "$top=many", "$filter=x", "NextPartitionKey=p", "NextPartitionKey=1!4!YQ==&NextRowKey=r",
		"NextPartitionKey=1!3!YQ==",
	} {
		answer, body := w.send("GET", "/lazuli/things()?"+query, "")
		wantRefusal(t, answer, body, 400, "InvalidInput")
	}
}
