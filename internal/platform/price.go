package platform

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Money is an amount of the price sheet's currency, in ten-thousandths: prices are exact, and sums of them are too.
type Money int64

// moneyScale is how many parts a unit of the currency has.
const moneyScale = 10_000

// String writes the amount as a decimal number with two to four digits after the point.
func (m Money) String() string {
	text := fmt.Sprintf("%d.%04d", m/moneyScale, m%moneyScale)
	for range 2 {
		text = strings.TrimSuffix(text, "0")
	}
	return text
}

// ParseMoney reads a decimal number with up to four digits after the point, as [Money.String] writes it.
func ParseMoney(text string) (Money, bool) {
	if !moneyPattern.MatchString(text) {
		return 0, false
	}
	whole, parts, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole+(parts + "0000")[:4], 10, 64)
	return Money(n), err == nil
}

var moneyPattern = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,4})?$`)

// PriceItem is a part of what a definition costs in a month: so much of a meter.
type PriceItem struct {
	Meter    string // service/product/meter, as in the price sheet; may hold ${inputs.<name>}
	Quantity string // units of the meter in a month: numbers and ${inputs.<name>}, multiplied with *; empty for usage
	Usage    bool   // depends on use: unknown beforehand, and never counted as zero
	Off      string // the share of it that is paid while it is switched off, 0 to 1; empty: all
}

// PriceSheet tells what a unit of a meter costs. internal/price reads one in the format of Azure's public retail prices.
type PriceSheet interface {
	Currency() string
	Dated() time.Time // when the prices were fetched
	// Meter finds service/product/meter in a region, or where the price is the same everywhere.
	Meter(name, region string) (MeterPrice, bool)
}

// MeterPrice is what a meter costs. Its tiers rise in From; the first begins at zero.
type MeterPrice struct {
	Unit  string // "1 Hour", "1 GB/Month"
	Tiers []PriceTier
}

// PriceTier holds for the units from From on, up to the next tier.
type PriceTier struct {
	From *big.Rat // units in a month
	Unit *big.Rat // price of one
}

// Of is the price of so many units, rounded half up to the parts of [Money].
func (m MeterPrice) Of(quantity *big.Rat) Money {
	total := new(big.Rat)
	for i, tier := range m.Tiers {
		if quantity.Cmp(tier.From) <= 0 {
			break
		}
		upTo := quantity
		if i+1 < len(m.Tiers) && m.Tiers[i+1].From.Cmp(quantity) < 0 {
			upTo = m.Tiers[i+1].From
		}
		total.Add(total, new(big.Rat).Mul(new(big.Rat).Sub(upTo, tier.From), tier.Unit))
	}
	total.Mul(total, big.NewRat(moneyScale, 1))
	twice := new(big.Int).Mul(total.Num(), big.NewInt(2))
	twice.Add(twice, total.Denom())
	parts := twice.Div(twice, new(big.Int).Mul(total.Denom(), big.NewInt(2)))
	if !parts.IsInt64() {
		return maxMoney
	}
	return min(Money(parts.Int64()), maxMoney)
}

// maxMoney is more than anybody spends, and leaves room for sums of it.
const maxMoney = Money(1 << 50)

// Price is what a manifest costs in a month, as far as that is known beforehand.
type Price struct {
	Currency string
	Monthly  Money          // of what is known
	Off      Money          // what of Monthly is paid while everything sleeps that can
	Unknown  []UnknownPrice // what Monthly leaves out, by alias; empty when it is all
	Items    []PricedItem
}

// PricedItem is a part of a price, by alias and meter.
type PricedItem struct {
	Alias    string
	Meter    string
	Quantity string // with its unit: "730 × 1 Hour"
	Monthly  Money
}

// UnknownPrice says what is left out of a price, and why, in words for people.
type UnknownPrice struct {
	Alias  string
	Meter  string // empty when the whole resource has no price
	Reason string
}
