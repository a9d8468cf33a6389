package price

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Encode writes a sheet as a file: an item a line, so that a comparison shows what changed. It is read once before it is
// given away: what cannot be used is not written.
func Encode(currency string, fetched time.Time, items []Item) ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n  \"BillingCurrency\": %q,\n  \"Fetched\": %q,\n  \"Items\": [", currency, fetched.Format(time.DateOnly))
	for i, item := range items {
		line, err := json.Marshal(item)
		if err != nil {
			return nil, fmt.Errorf("encode price of %s: %w", item.Meter(), err)
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		out.Write(line)
	}
	out.WriteString("\n  ]\n}\n")
	if _, err := Read(bytes.NewReader(out.Bytes())); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
