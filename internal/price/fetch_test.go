package price_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/price"
)

// retail serves pages of a list as the Retail Prices API does; fault may take a request over.
func retail(t *testing.T, fault func(w http.ResponseWriter, r *http.Request, n int) bool) *httptest.Server {
	t.Helper()
	n := 0
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		if fault != nil && fault(w, r, n) {
			return
		}
		query := r.URL.Query()
		if r.URL.Path != "/api/retail/prices" || query.Get("currencyCode") != "'USD'" || !strings.Contains(query.Get("$filter"), "serviceName eq 'O''Storage'") {
			http.Error(w, "not asked as documented", http.StatusBadRequest)
			return
		}
		item := func(meter, kind string, tier int) string {
			return fmt.Sprintf(`{"effectiveStartDate":"2026-01-01T00:00:00Z","currencyCode":"USD","tierMinimumUnits":%d.0,"retailPrice":0.1,"armRegionName":"westeurope","meterName":%q,"productName":"P","serviceName":"O'Storage","unitOfMeasure":"1","type":%q}`, tier, meter, kind)
		}
		if query.Get("$skip") == "" {
			query.Set("$skip", "2")
			fmt.Fprintf(w, `{"Items":[%s,%s],"NextPageLink":%q}`, item("b", "Consumption", 100), item("b", "Reservation", 0), server.URL+r.URL.Path+"?"+query.Encode())
			return
		}
		fmt.Fprintf(w, `{"Items":[%s,%s],"NextPageLink":null}`, item("b", "Consumption", 0), item("a", "Consumption", 0)+","+strings.Replace(strings.Replace(item("a", "Consumption", 0), "2026", "2020", 1), `"retailPrice":0.1`, `"retailPrice":9`, 1))
	}))
	t.Cleanup(server.Close)
	return server
}

func query(server *httptest.Server, waited *[]time.Duration) price.Query {
	return price.Query{URL: server.URL, Currency: "USD", Regions: []string{"westeurope"}, Services: []string{"O'Storage"}, Client: server.Client(),
		Wait:     func(_ context.Context, d time.Duration) error { *waited = append(*waited, d); return nil },
		Progress: func(string, string, int) {}}
}

func TestFetch(t *testing.T) {
	var waited []time.Duration
	items, err := price.Fetch(t.Context(), query(retail(t, func(w http.ResponseWriter, _ *http.Request, n int) bool {
		if n == 1 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		}
		return n == 1
	}), &waited))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range items {
		got = append(got, i.MeterName+" "+i.TierMinimumUnits.String())
		if i.RetailPrice != "0.1" {
			t.Errorf("%s costs %s, a price of the past", i.MeterName, i.RetailPrice)
		}
	}
	if strings.Join(got, ", ") != "a 0.0, b 0.0, b 100.0" || len(waited) != 1 || waited[0] != 7*time.Second {
		t.Errorf("got %v after waiting %v", got, waited)
	}
	text, err := price.Encode("USD", time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), items)
	if err != nil || !json.Valid(text) || strings.Count(string(text), "\n") != 9 {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestFetch_givesUp(t *testing.T) {
	for name, row := range map[string]struct {
		fault func(w http.ResponseWriter, r *http.Request, n int) bool
		want  string
		tries int
	}{
		"always busy": {func(w http.ResponseWriter, _ *http.Request, _ int) bool { w.WriteHeader(503); return true }, "503", 5},
		"refused":     {func(w http.ResponseWriter, _ *http.Request, _ int) bool { w.WriteHeader(400); return true }, "400", 0},
		"no JSON":     {func(w http.ResponseWriter, _ *http.Request, _ int) bool { fmt.Fprint(w, "<html>"); return true }, "cannot be read", 5},
		"led away": {func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			fmt.Fprint(w, `{"Items":[],"NextPageLink":"http://elsewhere.example/"}`)
			return true
		}, "another place", 0},
	} {
		var waited []time.Duration
		if _, err := price.Fetch(t.Context(), query(retail(t, row.fault), &waited)); err == nil || !strings.Contains(err.Error(), row.want) || len(waited) != row.tries {
			t.Errorf("%s: %v after waiting %v", name, err, waited)
		}
	}
}
