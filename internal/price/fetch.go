package price

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bounds of a fetch: the whole public list has some thousands of pages.
const (
	maxPages     = 10_000
	maxPageBytes = 16 << 20
	maxTries     = 6
	pagePatience = 30 * time.Second
	maxPause     = 2 * time.Minute
)

// Query says which prices to fetch.
type Query struct {
	URL      string // of the service, such as https://prices.azure.com
	Currency string
	Regions  []string // armRegionName
	Services []string // serviceName
	Client   *http.Client
	Wait     func(ctx context.Context, d time.Duration) error // between tries
	Progress func(service, region string, items int)
}

// Fetch gets the pay-as-you-go prices of services in regions, sorted. It follows the service's pages, waits as long as the
// service asks for, and gives up with an error rather than with half a list.
func Fetch(ctx context.Context, q Query) ([]Item, error) {
	base, err := url.Parse(q.URL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("fetch prices: %q is not an address", q.URL)
	}
	var all []Item
	for _, service := range q.Services {
		for _, region := range q.Regions {
			items, err := q.pages(ctx, base, service, region)
			if err != nil {
				return nil, fmt.Errorf("fetch prices of %s in %s: %w", service, region, err)
			}
			q.Progress(service, region, len(items))
			all = append(all, items...)
		}
	}
	return current(all), nil
}

// current sorts items and keeps one price for each meter, region and tier: the list has those of the past too, and the newest
// holds. What is sold by another unit than the rest of its meter is left out, since it is no price of the same thing.
func current(items []Item) []Item {
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(strings.Compare(sortKey(a), sortKey(b)), strings.Compare(b.EffectiveStart, a.EffectiveStart), strings.Compare(a.SkuName, b.SkuName))
	})
	var out []Item
	for _, item := range items {
		if n := len(out); n > 0 && out[n-1].Meter() == item.Meter() && out[n-1].ArmRegionName == item.ArmRegionName &&
			(sortKey(out[n-1]) == sortKey(item) || out[n-1].UnitOfMeasure != item.UnitOfMeasure) {
			continue
		}
		out = append(out, item)
	}
	return out
}

func sortKey(i Item) string {
	tier, err := i.TierMinimumUnits.Float64()
	if err != nil {
		tier = 0 // Read refuses it later
	}
	return i.Meter() + "\x00" + i.ArmRegionName + "\x00" + fmt.Sprintf("%020.3f", tier)
}

type page struct {
	Items        []Item `json:"Items"`
	NextPageLink string `json:"NextPageLink"`
}

func (q Query) pages(ctx context.Context, base *url.URL, service, region string) ([]Item, error) {
	address := *base
	address.Path = "/api/retail/prices"
	address.RawQuery = url.Values{"currencyCode": {"'" + q.Currency + "'"}, "$filter": {fmt.Sprintf(
		"serviceName eq %s and armRegionName eq %s and priceType eq 'Consumption'", quote(service), quote(region))}}.Encode()
	next := address.String()
	var items []Item
	for range maxPages {
		p, err := q.page(ctx, next)
		if err != nil {
			return nil, err
		}
		for _, item := range p.Items {
			if item.Type == "Consumption" {
				items = append(items, item)
			}
		}
		if p.NextPageLink == "" {
			return items, nil
		}
		link, err := url.Parse(p.NextPageLink)
		// The host may come with the port that the scheme has anyway.
		if err != nil || link.Scheme != base.Scheme || strings.TrimSuffix(link.Host, ":443") != strings.TrimSuffix(base.Host, ":443") {
			return nil, fmt.Errorf("the next page would be at another place: %q", p.NextPageLink)
		}
		next = p.NextPageLink
	}
	return nil, fmt.Errorf("more than %d pages", maxPages)
}

// quote writes a text for an OData filter.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// page gets one page, again when the service says that it is busy.
func (q Query) page(ctx context.Context, address string) (page, error) {
	pause := time.Second
	for try := 1; ; try++ {
		p, retry, err := q.try(ctx, address)
		if err == nil || retry < 0 || try == maxTries {
			return p, err
		}
		if err := q.Wait(ctx, min(max(retry, pause), maxPause)); err != nil {
			return page{}, err
		}
		pause *= 2
	}
}

// try asks once. A negative retry says that another try makes no sense.
func (q Query) try(ctx context.Context, address string) (p page, retry time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, pagePatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return page{}, -1, err
	}
	response, err := q.Client.Do(request)
	if err != nil {
		return page{}, 0, err
	}
	defer func() { _ = response.Body.Close() }() // it was read as far as it is wanted
	if response.StatusCode != http.StatusOK {
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		if response.StatusCode != http.StatusTooManyRequests && response.StatusCode < 500 {
			return page{}, -1, fmt.Errorf("the service answered %s", response.Status)
		}
		return page{}, time.Duration(seconds) * time.Second, fmt.Errorf("the service answered %s", response.Status)
	}
	err = json.NewDecoder(io.LimitReader(response.Body, maxPageBytes)).Decode(&p)
	if err != nil {
		return page{}, 0, fmt.Errorf("the page cannot be read: %w", errors.Join(err, ctx.Err()))
	}
	return p, 0, nil
}
