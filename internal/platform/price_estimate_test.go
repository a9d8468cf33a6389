package platform_test

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// sheet knows the prices of service/product/meter in one region.
type sheet map[string]platform.MeterPrice

func (sheet) Currency() string { return "USD" }
func (sheet) Dated() time.Time { return noon }
func (s sheet) Meter(name, region string) (platform.MeterPrice, bool) {
	price, ok := s[name]
	return price, ok && region == "westeurope"
}

// meter makes a price from pairs of "from" and "price of a unit".
func meter(t testing.TB, unit string, pairs ...string) platform.MeterPrice {
	t.Helper()
	out := platform.MeterPrice{Unit: unit}
	for i := 0; i < len(pairs); i += 2 {
		from, _ := new(big.Rat).SetString(pairs[i])
		price, ok := new(big.Rat).SetString(pairs[i+1])
		if !ok {
			t.Fatal(pairs)
		}
		out.Tiers = append(out.Tiers, platform.PriceTier{From: from, Unit: price})
	}
	return out
}

// What a resource with these inputs costs under a price rule. The sheet sells a/b/small and a/b/large by the hour, a/b/disk by the
// gigabyte (the first 10 are free, from 100 on it is cheaper) and a/b/tiny for a ten-millionth.
func TestEstimateManifest(t *testing.T) {
	prices := sheet{"a/b/small": meter(t, "1 Hour", "0", "0.017"), "a/b/large": meter(t, "1 Hour", "0", "0.5"),
		"a/b/disk": meter(t, "1 GB/Month", "0", "0", "10", "0.1", "100", "0.08"), "a/b/tiny": meter(t, "1", "0", "0.0000001")}
	item := func(meter, quantity string) platform.PriceItem {
		return platform.PriceItem{Meter: meter, Quantity: quantity}
	}
	for name, row := range map[string]struct {
		price  []platform.PriceItem
		inputs string
		want   string
	}{
		"no rule":                       {nil, `{}`, `0.00 without db: The definition any has no price rule.`},
		"free":                          {[]platform.PriceItem{}, `{}`, `0.00`},
		"by the hour":                   {[]platform.PriceItem{item("a/b/small", "730")}, `{}`, `12.41 (730 × 1 Hour)`},
		"half an hour":                  {[]platform.PriceItem{item("a/b/large", "0.5")}, `{}`, `0.25 (0.5 × 1 Hour)`},
		"nothing of it":                 {[]platform.PriceItem{item("a/b/large", "0")}, `{}`, `0.00 (0 × 1 Hour)`},
		"two meters":                    {[]platform.PriceItem{item("a/b/small", "1000"), item("a/b/large", "2")}, `{}`, `18.00 (1000 × 1 Hour, 2 × 1 Hour)`},
		"a meter by its input":          {[]platform.PriceItem{item("a/b/${inputs.size}", "2")}, `{"size":"large"}`, `1.00 (2 × 1 Hour)`},
		"a meter by a fixed input":      {[]platform.PriceItem{item("a/b/${inputs.sku}", "2")}, `{}`, `1.00 (2 × 1 Hour)`},
		"a quantity by its input":       {[]platform.PriceItem{item("a/b/disk", "${inputs.storageGb}")}, `{"storageGb":32}`, `2.20 (32 × 1 GB/Month)`},
		"a product":                     {[]platform.PriceItem{item("a/b/small", "730 * ${inputs.nodeCount}")}, `{"nodeCount":2}`, `24.82 (730 * 2 × 1 Hour)`},
		"half a product":                {[]platform.PriceItem{item("a/b/small", "730 *")}, `{}`, `0.00 without db a/b/small: The quantity "730 *" is not a number from zero to a billion.`},
		"within the first tier":         {[]platform.PriceItem{item("a/b/disk", "10")}, `{}`, `0.00 (10 × 1 GB/Month)`},
		"over three tiers":              {[]platform.PriceItem{item("a/b/disk", "200")}, `{}`, `17.00 (200 × 1 GB/Month)`},
		"rounded half up":               {[]platform.PriceItem{item("a/b/tiny", "500")}, `{}`, `0.0001 (500 × 1)`},
		"rounded down":                  {[]platform.PriceItem{item("a/b/tiny", "499")}, `{}`, `0.00 (499 × 1)`},
		"usage":                         {[]platform.PriceItem{item("a/b/small", "1000"), {Meter: "a/b/disk", Usage: true}}, `{}`, `17.00 (1000 × 1 Hour) without db a/b/disk: It depends on use.`},
		"no such meter":                 {[]platform.PriceItem{item("a/b/huge", "1")}, `{}`, `0.00 without db a/b/huge: The price sheet has no such meter in westeurope.`},
		"an input that is not given":    {[]platform.PriceItem{item("a/b/${inputs.size}", "1")}, `{}`, `0.00 without db a/b/${inputs.size}: The input size is not given.`},
		"an input known later":          {[]platform.PriceItem{item("a/b/small", "${inputs.size}")}, `{"size":"${resources.xx.outputs.size}"}`, `0.00 without db a/b/small: The input size is known after the deployment only.`},
		"a literal that looks like one": {[]platform.PriceItem{item("a/b/${inputs.size}", "1")}, `{"size":"$${context.project}"}`, `0.00 without db a/b/${context.project}: The price sheet has no such meter in westeurope.`},
		"an input that is a list":       {[]platform.PriceItem{item("a/b/small", "${inputs.size}")}, `{"size":[1]}`, `0.00 without db a/b/small: The input size is neither text nor a number.`},
		"a text for a quantity":         {[]platform.PriceItem{item("a/b/small", "${inputs.size}")}, `{"size":"many"}`, `0.00 without db a/b/small: The quantity "many" is not a number from zero to a billion.`},
		"a quantity out of all bounds":  {[]platform.PriceItem{item("a/b/small", "${inputs.size}")}, `{"size":9000000000}`, `0.00 without db a/b/small: The quantity "9000000000" is not a number from zero to a billion.`},
	} {
		t.Run(name, func(t *testing.T) {
			m := platform.Manifest{Resources: map[string]platform.Resource{"db": {Type: "postgres", Inputs: decodeObject(t, row.inputs)}}}
			resolved := map[string]platform.Resolved{"db": {Definition: platform.ResourceDefinition{Name: "any", Inputs: json.RawMessage(`{"sku":"large"}`), Price: row.price}}}
			got := platform.EstimateManifest(prices, m, resolved, "westeurope")
			if text := describePrice(got); text != row.want || got.Currency != "USD" {
				t.Errorf("got  %s %s\nwant %s", text, got.Currency, row.want)
			}
		})
	}
}

func decodeObject(t testing.TB, text string) map[string]any {
	t.Helper()
	m, err := platform.ParseManifest([]byte(`{"resources":{"db":{"type":"postgres","inputs":` + text + `}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return m.Resources["db"].Inputs
}

func describePrice(p platform.Price) string {
	var items, unknown []string
	for _, i := range p.Items {
		items = append(items, i.Quantity)
	}
	for _, u := range p.Unknown {
		unknown = append(unknown, strings.TrimSpace(u.Alias+" "+u.Meter)+": "+u.Reason)
	}
	text := p.Monthly.String()
	if len(items) > 0 {
		text += " (" + strings.Join(items, ", ") + ")"
	}
	if len(unknown) > 0 {
		text += " without " + strings.Join(unknown, "; ")
	}
	return text
}

func TestEstimateManifest_withoutASheet(t *testing.T) {
	m := platform.Manifest{Resources: map[string]platform.Resource{"db": {Type: "postgres"}, "free": {Type: "postgres"}}}
	resolved := map[string]platform.Resolved{"db": {Definition: platform.ResourceDefinition{Price: []platform.PriceItem{{Meter: "a/b/c", Quantity: "1"}}}},
		"free": {Definition: platform.ResourceDefinition{Price: []platform.PriceItem{}}}}
	got := platform.EstimateManifest(nil, m, resolved, "westeurope")
	if diff := cmp.Diff([]platform.UnknownPrice{{Alias: "db", Meter: "a/b/c", Reason: "There is no price sheet."}}, got.Unknown); diff != "" {
		t.Error(diff)
	}
}
