// Package price reads price sheets in the format of Azure's public Retail Prices API, as a file holds them: an object with
// BillingCurrency and Items, one for each meter, region and tier. Only pay-as-you-go prices (type Consumption) are used.
//
// A meter is named serviceName/productName/meterName. An item without armRegionName, or for the region Global, holds everywhere.
package price
