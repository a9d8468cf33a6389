package platform

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// EstimateManifest tells what a manifest costs in a month with the definitions that were chosen for it. A nil sheet knows no
// price. What cannot be known is never counted as zero: it is listed, with the reason.
//
// A definition without a price rule makes its whole resource unknown; one whose rule is empty costs nothing. A meter that the
// sheet does not have, a quantity that depends on use, and an input that only the deployment will know are unknown.
func EstimateManifest(sheet PriceSheet, m Manifest, resolved map[string]Resolved, region string) Price {
	e := estimate{sheet: sheet, region: region}
	if sheet != nil {
		e.price.Currency = sheet.Currency()
	}
	for _, alias := range m.Aliases() {
		definition := resolved[alias].Definition
		if definition.Price == nil {
			e.unknown(alias, "", "The definition %s has no price rule.", definition.Name)
			continue
		}
		inputs := decodeInputs(definition.Inputs)
		for _, item := range definition.Price {
			e.item(alias, item, m.Resources[alias].Inputs, inputs)
		}
	}
	return e.price
}

type estimate struct {
	sheet  PriceSheet
	region string
	price  Price
}

func (e *estimate) unknown(alias, meter, format string, args ...any) {
	e.price.Unknown = append(e.price.Unknown, UnknownPrice{Alias: alias, Meter: meter, Reason: fmt.Sprintf(format, args...)})
}

func (e *estimate) item(alias string, item PriceItem, asked, fixed map[string]any) {
	value := func(name string) (string, error) { return priceInput(name, asked, fixed) }
	meter, err := fillInputs(item.Meter, value)
	if err != nil {
		e.unknown(alias, item.Meter, "%s", sentence(err))
		return
	}
	if item.Usage {
		e.unknown(alias, meter, "It depends on use.")
		return
	}
	text, err := fillInputs(item.Quantity, value)
	if err != nil {
		e.unknown(alias, meter, "%s", sentence(err))
		return
	}
	quantity, ok := ParseQuantity(text)
	if !ok {
		e.unknown(alias, meter, "The quantity %q is not a number from zero to a billion.", clip(text, 40))
		return
	}
	if e.sheet == nil {
		e.unknown(alias, meter, "There is no price sheet.")
		return
	}
	price, ok := e.sheet.Meter(meter, e.region)
	if !ok {
		e.unknown(alias, meter, "The price sheet has no such meter in %s.", e.region)
		return
	}
	monthly := price.Of(quantity)
	e.price.Monthly += monthly
	e.price.Off += item.offShare(monthly)
	e.price.Items = append(e.price.Items, PricedItem{Alias: alias, Meter: meter, Quantity: text + " × " + price.Unit, Monthly: monthly})
}

// offShare is what of an amount is paid while it is switched off.
func (i PriceItem) offShare(monthly Money) Money {
	share, ok := ParseShare(i.Off)
	if !ok {
		return monthly
	}
	part := new(big.Rat).Mul(share, big.NewRat(int64(monthly), 1))
	return Money(new(big.Int).Quo(part.Num(), part.Denom()).Int64())
}

// ParseShare reads a decimal number from 0 to 1.
func ParseShare(text string) (*big.Rat, bool) {
	if len(text) > 10 || !quantityPattern.MatchString(text) {
		return nil, false
	}
	share, ok := new(big.Rat).SetString(text)
	return share, ok && share.Cmp(big.NewRat(1, 1)) <= 0
}

// priceInputPattern is a placeholder in a price rule.
var priceInputPattern = regexp.MustCompile(`\$\{inputs\.([A-Za-z][A-Za-z0-9_]*)\}`)

// PriceInputs lists the inputs that a text of a price rule names; false if something else in it looks like a placeholder.
func PriceInputs(text string) ([]string, bool) {
	var names []string
	for _, found := range priceInputPattern.FindAllStringSubmatch(text, -1) {
		names = append(names, found[1])
	}
	return names, !strings.Contains(priceInputPattern.ReplaceAllString(text, ""), "${")
}

// ParseQuantity reads a quantity: a decimal number from zero to a billion, or a product of such, as in "730 * 2".
func ParseQuantity(text string) (*big.Rat, bool) {
	product := big.NewRat(1, 1)
	for _, factor := range strings.Split(text, "*") {
		factor = strings.TrimSpace(factor)
		number, ok := new(big.Rat).SetString(factor)
		if len(text) > 80 || !quantityPattern.MatchString(factor) || !ok {
			return nil, false
		}
		product.Mul(product, number)
	}
	return product, product.Cmp(big.NewRat(1_000_000_000, 1)) <= 0
}

var quantityPattern = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

func fillInputs(text string, value func(string) (string, error)) (string, error) {
	var wrong error
	filled := priceInputPattern.ReplaceAllStringFunc(text, func(found string) string {
		v, err := value(priceInputPattern.FindStringSubmatch(found)[1])
		if err != nil {
			wrong = err
		}
		return v
	})
	return filled, wrong
}

// priceInput gives an input as text: what the platform fixed, else what was asked for or is the default.
func priceInput(name string, asked, fixed map[string]any) (string, error) {
	value, ok := fixed[name]
	if !ok {
		if value, ok = asked[name]; !ok {
			return "", fmt.Errorf("the input %s is not given", name)
		}
		if text, isText := value.(string); isText {
			segments, err := ParseText(text)
			if err != nil || len(segments) > 1 || len(segments) == 1 && segments[0].Kind != LiteralText {
				return "", fmt.Errorf("the input %s is known after the deployment only", name)
			}
			value = unescapeText(text)
		}
	}
	switch v := value.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	}
	return "", fmt.Errorf("the input %s is neither text nor a number", name)
}
