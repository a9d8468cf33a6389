package tablestore

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
)

// maxText is the most text that stays in its row. A property may hold 32,768 UTF-16 units, which are never more than bytes.
const maxText = 32 << 10

// row is an entity on its way to the service. Each setter fixes the type of a property; what is empty is left out.
type row struct {
	partition, key string
	properties     map[string]any
	large          map[string][]byte // columns too large for the row, to be stored as bodies before it
}

func newRow(partition, key string) *row {
	return &row{partition: partition, key: key, properties: map[string]any{}, large: map[string][]byte{}}
}

func (r *row) text(name, value string) {
	switch {
	case value == "":
	case len(value) > maxText:
		r.large[name] = []byte(value)
	default:
		r.properties[name] = value
	}
}

// number stores zero as well: a count of nothing is still a count.
func (r *row) number(name string, value int64) {
	r.properties[name] = aztables.EDMInt64(value)
	r.properties[name+"@odata.type"] = "Edm.Int64"
}

func (r *row) flag(name string, value bool) {
	if value {
		r.properties[name] = true
	}
}

func (r *row) moment(name string, value time.Time) {
	if !value.IsZero() {
		r.properties[name] = aztables.EDMDateTime(stored(value))
		r.properties[name+"@odata.type"] = "Edm.DateTime"
	}
}

func (r *row) binary(name string, value []byte) {
	r.properties[name] = aztables.EDMBinary(value)
	r.properties[name+"@odata.type"] = "Edm.Binary"
}

// document stores a value as JSON text. Its type must be one of the stored… structs, whose tags are the format.
func (r *row) document(name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode column %s: %w", name, err)
	}
	r.text(name, string(text))
	return nil
}

// encode gives the JSON that the SDK wants. Its own entity type doubles quotes in keys, so a map goes instead.
func (r *row) encode() ([]byte, error) {
	entity := make(map[string]any, len(r.properties)+2)
	for name, value := range r.properties {
		entity[name] = value
	}
	entity["PartitionKey"], entity["RowKey"] = r.partition, r.key
	return json.Marshal(entity)
}

var errDamaged = errors.New("stored data is damaged")

// storedRow is an entity as it was read. Getters remember the first value that is not of the type its column has.
type storedRow struct {
	aztables.EDMEntity
	err error
}

func readRow(entity []byte) (*storedRow, error) {
	r := &storedRow{}
	if err := json.Unmarshal(entity, &r.EDMEntity); err != nil {
		return nil, fmt.Errorf("read row: %w: %w", errDamaged, err)
	}
	return r, nil
}

// column returns the value of a property, the zero value when it is absent.
func column[T any](r *storedRow, name string) T {
	var zero T
	raw, present := r.Properties[name]
	if !present {
		return zero
	}
	value, ok := raw.(T)
	if !ok && r.err == nil {
		r.err = fmt.Errorf("column %s of row %s %s is a %T: %w", name, r.PartitionKey, r.RowKey, raw, errDamaged)
	}
	return value
}

func (r *storedRow) text(name string) string { return column[string](r, name) }

func (r *storedRow) number(name string) int64 { return int64(column[aztables.EDMInt64](r, name)) }

func (r *storedRow) count(name string) int { return int(r.number(name)) }

func (r *storedRow) flag(name string) bool { return column[bool](r, name) }

func (r *storedRow) binary(name string) []byte { return column[aztables.EDMBinary](r, name) }

func (r *storedRow) moment(name string) time.Time {
	t := time.Time(column[aztables.EDMDateTime](r, name))
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// json is a column of JSON that is kept as it came; nil when absent.
func (r *storedRow) json(name string) json.RawMessage {
	if text := r.text(name); text != "" {
		return json.RawMessage(text)
	}
	return nil
}

// document decodes a column into one of the stored… structs; an absent one leaves it as it is.
func (r *storedRow) document(name string, into any) {
	text := r.text(name)
	if text == "" || r.err != nil {
		return
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		r.err = fmt.Errorf("column %s of row %s %s: %w: %w", name, r.PartitionKey, r.RowKey, errDamaged, err)
	}
}
