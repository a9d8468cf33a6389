package price_test

import (
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/price"
)

const sample = `{"BillingCurrency":"USD","Fetched":"2026-11-25","Items":[
 {"currencyCode":"USD","tierMinimumUnits":10,"retailPrice":0.1,"armRegionName":"westeurope","meterName":"Data","productName":"Disk","serviceName":"Storage","unitOfMeasure":"1 GB/Month","type":"Consumption"},
 {"currencyCode":"USD","tierMinimumUnits":0,"retailPrice":0,"armRegionName":"westeurope","meterName":"Data","productName":"Disk","serviceName":"Storage","unitOfMeasure":"1 GB/Month","type":"Consumption"},
 {"currencyCode":"USD","tierMinimumUnits":0,"retailPrice":3.6E-06,"armRegionName":"Global","meterName":"Calls","productName":"DNS","serviceName":"Network","unitOfMeasure":"1","type":"Consumption"},
 {"currencyCode":"USD","tierMinimumUnits":0,"retailPrice":9000,"armRegionName":"westeurope","meterName":"Data","productName":"Disk","serviceName":"Storage","unitOfMeasure":"1 Year","type":"Reservation"}]}`

func TestRead(t *testing.T) {
	sheet, err := price.Read(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	if sheet.Currency() != "USD" || sheet.Dated().Format("2006-01-02") != "2026-11-25" {
		t.Errorf("in %s of %s", sheet.Currency(), sheet.Dated())
	}
	data, ok := sheet.Meter("Storage/Disk/Data", "westeurope")
	if !ok || data.Unit != "1 GB/Month" || data.Of(big.NewRat(30, 1)).String() != "2.00" {
		t.Errorf("30 GB cost %s by %q", data.Of(big.NewRat(30, 1)), data.Unit)
	}
	if _, ok := sheet.Meter("Storage/Disk/Data", "northeurope"); ok {
		t.Error("a price of another region is taken")
	}
	calls, ok := sheet.Meter("Network/DNS/Calls", "anywhere")
	if !ok || calls.Of(big.NewRat(1_000_000, 1)).String() != "3.60" {
		t.Errorf("a million calls cost %s", calls.Of(big.NewRat(1_000_000, 1)))
	}
}

func TestRead_refuses(t *testing.T) {
	for name, row := range map[string]struct{ from, to, want string }{
		"no JSON":         {`"Items"`, `Items`, "invalid character"},
		"no date":         {`2026-11-25`, `yesterday`, "Fetched must be a date"},
		"no currency":     {`"BillingCurrency":"USD"`, `"BillingCurrency":""`, "BillingCurrency must be"},
		"two currencies":  {`"currencyCode":"USD","tierMinimumUnits":10`, `"currencyCode":"EUR","tierMinimumUnits":10`, `item 0 (Storage/Disk/Data): it is in "EUR"`},
		"no meter":        {`"meterName":"Calls"`, `"meterName":""`, "item 2 (Network/DNS/): serviceName"},
		"below zero":      {`"retailPrice":0.1`, `"retailPrice":-0.1`, "no number from zero on"},
		"out of bounds":   {`3.6E-06`, `1e-999999999`, "which is no price"},
		"two units":       {`"1 GB/Month","type":"Consumption"},` + "\n" + ` {"currencyCode":"USD","tierMinimumUnits":0,"retailPrice":0,`, `"1 TB/Month","type":"Consumption"},` + "\n" + ` {"currencyCode":"USD","tierMinimumUnits":0,"retailPrice":0,`, "it is sold by"},
		"no first tier":   {`"tierMinimumUnits":0,"retailPrice":0,`, `"tierMinimumUnits":5,"retailPrice":0,`, "its first tier begins at 5"},
		"two equal tiers": {`"tierMinimumUnits":10`, `"tierMinimumUnits":0`, "it has two prices from 0 units on"},
	} {
		if !strings.Contains(sample, row.from) {
			t.Fatalf("%s: the sample has no %q", name, row.from)
		}
		if _, err := price.Read(strings.NewReader(strings.Replace(sample, row.from, row.to, 1))); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", name, err, row.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample)
	f.Fuzz(func(t *testing.T, text string) {
		sheet, err := price.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		if m, ok := sheet.Meter("Storage/Disk/Data", "westeurope"); ok && m.Of(big.NewRat(30, 1)) < 0 {
			t.Fatal("a price below zero")
		}
	})
}

// The sheet that ships can be read.
func TestRead_shipped(t *testing.T) {
	file, err := os.Open("../../infra/catalog/prices/azure-retail-prices.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := price.Read(file); err != nil {
		t.Fatal(err)
	}
}
