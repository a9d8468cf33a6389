package tablestore

import (
	"github.com/lazuli-platform/lazuli/internal/platform"
)

type storedPrice struct {
	Currency string             `json:"currency"`
	Monthly  int64              `json:"monthly"`       // in ten-thousandths, as all amounts
	Off      *int64             `json:"off,omitempty"` // absent in what was stored before it was counted: all of monthly
	Unknown  []storedUnknown    `json:"unknown,omitempty"`
	Items    []storedPricedItem `json:"items,omitempty"`
}

type storedUnknown struct {
	Alias  string `json:"alias"`
	Meter  string `json:"meter,omitempty"`
	Reason string `json:"reason"`
}

type storedPricedItem struct {
	Alias    string `json:"alias"`
	Meter    string `json:"meter"`
	Quantity string `json:"quantity"`
	Monthly  int64  `json:"monthly"`
}

func encodePrice(p platform.Price) storedPrice {
	return storedPrice{
		Currency: p.Currency, Monthly: int64(p.Monthly), Off: new(int64(p.Off)),
		Unknown: mapped(p.Unknown, func(u platform.UnknownPrice) storedUnknown { return storedUnknown(u) }),
		Items: mapped(p.Items, func(i platform.PricedItem) storedPricedItem {
			return storedPricedItem{i.Alias, i.Meter, i.Quantity, int64(i.Monthly)}
		}),
	}
}

func decodePrice(p storedPrice) platform.Price {
	off := p.Monthly
	if p.Off != nil {
		off = *p.Off
	}
	return platform.Price{
		Currency: p.Currency, Monthly: platform.Money(p.Monthly), Off: platform.Money(off),
		Unknown: mapped(p.Unknown, func(u storedUnknown) platform.UnknownPrice { return platform.UnknownPrice(u) }),
		Items: mapped(p.Items, func(i storedPricedItem) platform.PricedItem {
			return platform.PricedItem{Alias: i.Alias, Meter: i.Meter, Quantity: i.Quantity, Monthly: platform.Money(i.Monthly)}
		}),
	}
}
