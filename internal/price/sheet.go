package price

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// MaxSheetBytes bounds a price sheet.
const MaxSheetBytes = 64 << 20

// Sheet is a price sheet that was read. It never changes and is safe for concurrent use.
type Sheet struct {
	currency string
	dated    time.Time
	meters   map[string]platform.MeterPrice // by meter and region
}

var _ platform.PriceSheet = (*Sheet)(nil)

// File is the form of a sheet: a page of the Retail Prices API, with the day on which its prices were fetched.
type File struct {
	BillingCurrency string `json:"BillingCurrency"`
	Fetched         string `json:"Fetched"` // RFC 3339 date; ours
	Note            string `json:"Note,omitempty"`
	Items           []Item `json:"Items"`
}

// Item is one price of the Retail Prices API, as far as it is used.
type Item struct {
	CurrencyCode     string      `json:"currencyCode"`
	TierMinimumUnits json.Number `json:"tierMinimumUnits"`
	RetailPrice      json.Number `json:"retailPrice"`
	ArmRegionName    string      `json:"armRegionName"`
	EffectiveStart   string      `json:"effectiveStartDate,omitempty"`
	MeterName        string      `json:"meterName"`
	ProductName      string      `json:"productName"`
	SkuName          string      `json:"skuName,omitempty"`
	ServiceName      string      `json:"serviceName"`
	UnitOfMeasure    string      `json:"unitOfMeasure"`
	Type             string      `json:"type"`
}

// Meter names what the item is a price of.
func (i Item) Meter() string { return i.ServiceName + "/" + i.ProductName + "/" + i.MeterName }

// Read reads a price sheet. The error names the first item that is wrong.
func Read(r io.Reader) (*Sheet, error) {
	var file File
	decoder := json.NewDecoder(io.LimitReader(r, MaxSheetBytes))
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("read price sheet: %w", err)
	}
	dated, err := time.Parse(time.DateOnly, file.Fetched)
	if err != nil {
		return nil, fmt.Errorf("read price sheet: Fetched must be a date such as 2026-11-25: %w", err)
	}
	if len(file.BillingCurrency) != 3 {
		return nil, errors.New("read price sheet: BillingCurrency must be a code such as USD")
	}
	sheet := &Sheet{currency: file.BillingCurrency, dated: dated, meters: map[string]platform.MeterPrice{}}
	for i, item := range file.Items {
		if item.Type != "Consumption" {
			continue
		}
		if err := sheet.add(item); err != nil {
			return nil, fmt.Errorf("read price sheet: item %d (%s): %w", i, item.Meter(), err)
		}
	}
	for key, meter := range sheet.meters {
		if err := arrange(meter.Tiers); err != nil {
			return nil, fmt.Errorf("read price sheet: %s: %w", strings.TrimRight(strings.ReplaceAll(key, "\x00", " in "), " "), err)
		}
	}
	return sheet, nil
}

func (s *Sheet) add(item Item) error {
	if item.CurrencyCode != s.currency {
		return fmt.Errorf("it is in %q, and the sheet in %s", item.CurrencyCode, s.currency)
	}
	if item.ServiceName == "" || item.ProductName == "" || item.MeterName == "" || item.UnitOfMeasure == "" {
		return errors.New("serviceName, productName, meterName or unitOfMeasure is missing")
	}
	from, err := amount("tierMinimumUnits", item.TierMinimumUnits)
	if err != nil {
		return err
	}
	unit, err := amount("retailPrice", item.RetailPrice)
	if err != nil {
		return err
	}
	key := keyOf(item.Meter(), item.ArmRegionName)
	meter := s.meters[key]
	if meter.Unit != "" && meter.Unit != item.UnitOfMeasure {
		return fmt.Errorf("it is sold by %q and by %q", meter.Unit, item.UnitOfMeasure)
	}
	meter.Unit = item.UnitOfMeasure
	meter.Tiers = append(meter.Tiers, platform.PriceTier{From: from, Unit: unit})
	s.meters[key] = meter
	return nil
}

// amount reads a number exactly. Numbers that would blow up when written out are none of a price sheet.
func amount(field string, number json.Number) (*big.Rat, error) {
	text := number.String()
	if _, exponent, ok := strings.Cut(strings.ToLower(text), "e"); len(text) > 40 || ok && len(strings.TrimLeft(exponent, "+-0")) > 2 {
		return nil, fmt.Errorf("%s is %q, which is no price", field, text[:min(len(text), 40)])
	}
	value, ok := new(big.Rat).SetString(text)
	if !ok || value.Sign() < 0 {
		return nil, fmt.Errorf("%s is %q, which is no number from zero on", field, text)
	}
	return value, nil
}

// arrange sorts tiers and checks that they say one price for every quantity.
func arrange(tiers []platform.PriceTier) error {
	slices.SortFunc(tiers, func(a, b platform.PriceTier) int { return a.From.Cmp(b.From) })
	for i, tier := range tiers {
		switch {
		case i == 0 && tier.From.Sign() != 0:
			return fmt.Errorf("its first tier begins at %s", tier.From.RatString())
		case i > 0 && tier.From.Cmp(tiers[i-1].From) == 0:
			return fmt.Errorf("it has two prices from %s units on", tier.From.RatString())
		}
	}
	return nil
}

const global = "Global"

func keyOf(meter, region string) string {
	if region == global {
		region = ""
	}
	return meter + "\x00" + region
}

// Currency is the code of the currency that all prices are in.
func (s *Sheet) Currency() string { return s.currency }

// Dated is the day on which the prices were fetched.
func (s *Sheet) Dated() time.Time { return s.dated }

// Meter finds the price of service/product/meter in a region, or the one that holds everywhere.
func (s *Sheet) Meter(name, region string) (platform.MeterPrice, bool) {
	if price, ok := s.meters[keyOf(name, region)]; ok {
		return price, true
	}
	price, ok := s.meters[keyOf(name, global)]
	return price, ok
}
