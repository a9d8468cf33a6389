package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
	"go.yaml.in/yaml/v4"
)

// price reads what a definition costs: nil when it does not say, empty and not nil when it costs nothing.
func (f *fields) price() []platform.PriceItem {
	if !f.has("price") {
		return nil
	}
	out := []platform.PriceItem{}
	for i, node := range f.list("price", "") {
		item := f.loader.object(f.file, fmt.Sprintf("spec.price[%d]", i), node, "meter", "quantity", "usage", "off")
		read := platform.PriceItem{Meter: item.need("meter"), Usage: item.onlyTrue("usage"), Quantity: item.quantity(), Off: item.share("off")}
		if strings.Count(read.Meter, "/") < 2 && read.Meter != "" {
			item.refuse(item.line("meter"), `%s.meter must be "service/product/meter", as in the price sheet.`, item.where)
		}
		if item.members != nil && item.has("usage") == item.has("quantity") {
			item.refuse(node.Line, "%s must have either a quantity or usage: true.", item.where)
		}
		out = append(out, read)
	}
	return out
}

// onlyTrue reads a field that is true or absent.
func (f *fields) onlyTrue(name string) bool {
	m, ok := f.members[name]
	if !ok {
		return false
	}
	if v, err := value(m.value, maxDepth); err != nil || v != true {
		f.refuse(m.key.Line, "%s.%s must be true, or left out.", f.where, name)
	}
	return true
}

// quantity reads units of a meter: numbers and inputs, multiplied.
func (f *fields) quantity() string {
	m, ok := f.members["quantity"]
	if !ok {
		return ""
	}
	if m.value.Kind == yaml.ScalarNode {
		// With ones in the place of inputs it must be a quantity.
		text := m.value.Value
		if names, sound := platform.PriceInputs(text); sound {
			for _, name := range names {
				text = strings.Replace(text, "${inputs."+name+"}", "1", 1)
			}
		}
		if _, ok := platform.ParseQuantity(text); ok {
			return m.value.Value
		}
	}
	f.refuse(m.key.Line, "%s.quantity must be a number from zero on, an input such as ${inputs.storageGb}, or a product of both with *.", f.where)
	return ""
}

// share reads a part of one: what is paid of a price while something is off.
func (f *fields) share(name string) string {
	m, ok := f.members[name]
	if !ok {
		return ""
	}
	if _, ok := platform.ParseShare(m.value.Value); !ok || m.value.Kind != yaml.ScalarNode {
		f.refuse(m.key.Line, "%s.%s must be a share from 0 to 1: what is still paid while it is switched off.", f.where, name)
	}
	return m.value.Value
}

// checkPrice refuses inputs that a request of this type never has.
func (l *loader) checkPrice(where place, d platform.ResourceDefinition, kind platform.ResourceType) {
	for i, item := range d.Price {
		if item.Off != "" && !d.Power {
			l.refuse(where, fmt.Sprintf("/price/%d/off", i), "Nothing switches it off: a definition whose module has the variable power says power: true.")
		}
		for field, text := range map[string]string{"meter": item.Meter, "quantity": item.Quantity} {
			at := fmt.Sprintf("/price/%d/%s", i, field)
			names, sound := platform.PriceInputs(text)
			if !sound {
				l.refuse(where, at, "A price can depend on inputs only: write ${inputs.<name>}.")
			}
			for _, name := range names {
				_, known := kind.Inputs.Property(name)
				if !known && !slices.Contains(fixedNames(d.Inputs), name) {
					l.refuse(where, at, "The type %q has no input %q, and the definition fixes none of this name.", d.Type, name)
				}
			}
		}
	}
}
