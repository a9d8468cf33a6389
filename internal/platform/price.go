package platform

import (
	"fmt"
	"strings"
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

// PriceItem is a part of what a definition costs in a month: so much of a meter.
type PriceItem struct {
	Meter    string // service/product/meter, as in the price sheet; may hold ${inputs.<name>}
	Quantity string // units of the meter in a month: a number, or ${inputs.<name>} of a numeric input; empty for usage
	Usage    bool   // depends on use: unknown beforehand, and never counted as zero
}

// Price is what a manifest costs in a month, as far as that is known beforehand.
type Price struct {
	Currency string
	Monthly  Money          // of what is known
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
