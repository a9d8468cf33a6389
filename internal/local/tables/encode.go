package tables

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"net/url"
	"strconv"
	"strings"
)

// metadataLevel says how much OData metadata an answer carries.
type metadataLevel int

const (
	noMetadata metadataLevel = iota
	minimalMetadata
	fullMetadata
)

func (l metadataLevel) String() string {
	return [...]string{"nometadata", "minimalmetadata", "fullmetadata"}[l]
}

// jsonWriter writes one object; members keep the order they are added in.
type jsonWriter struct {
	bytes.Buffer
}

func (w *jsonWriter) open() { w.WriteByte('{') }

func (w *jsonWriter) close() { w.WriteByte('}') }

func (w *jsonWriter) raw(name, literal string) {
	if b := w.Bytes(); b[len(b)-1] != '{' {
		w.WriteByte(',')
	}
	w.quote(name)
	w.WriteByte(':')
	w.WriteString(literal)
}

func (w *jsonWriter) text(name, s string) {
	w.raw(name, "")
	w.quote(s)
}

func (w *jsonWriter) quote(s string) {
	quoted, err := json.Marshal(s)
	if err != nil { // a Go string always marshals
		quoted = []byte(`""`)
	}
	w.Write(quoted)
}

// entityView says how entities of one table are shown in one answer.
type entityView struct {
	base     string // http://host/account
	table    string
	level    metadataLevel
	selected []string // nil shows everything
}

// editLink is the URL of an entity relative to the account, with keys encoded as clients expect them.
func editLink(table, partition, row string) string {
	escape := func(key string) string { return url.PathEscape(strings.ReplaceAll(key, "'", "''")) }
	return table + "(PartitionKey='" + escape(partition) + "',RowKey='" + escape(row) + "')"
}

// single renders one entity as the whole answer.
func (v entityView) single(e *entity) []byte {
	w := &jsonWriter{}
	w.open()
	if v.level != noMetadata {
		w.text("odata.metadata", v.base+"/$metadata#"+v.table+"/@Element")
	}
	v.members(w, e)
	w.close()
	return w.Bytes()
}

// list renders a page of entities.
func (v entityView) list(page []*entity) []byte {
	w := &jsonWriter{}
	w.open()
	if v.level != noMetadata {
		w.text("odata.metadata", v.base+"/$metadata#"+v.table)
	}
	w.raw("value", "[")
	for i, e := range page {
		if i > 0 {
			w.WriteByte(',')
		}
		w.open()
		v.members(w, e)
		w.close()
	}
	w.WriteByte(']')
	w.close()
	return w.Bytes()
}

func (v entityView) members(w *jsonWriter, e *entity) {
	if v.level == fullMetadata {
		link := editLink(v.table, e.partition, e.row)
		w.text("odata.type", accountOf(v.base)+"."+v.table)
		w.text("odata.id", v.base+"/"+link)
		w.text("odata.etag", e.written.etag())
		w.text("odata.editLink", link)
	}
	if v.level == minimalMetadata {
		w.text("odata.etag", e.written.etag())
	}
	if v.selected != nil {
		for _, name := range v.selected {
			if value, found := e.property(name); found {
				v.member(w, name, value)
			} else {
				w.raw(name, "null") // a selected property that the entity lacks
			}
		}
		return
	}
	for _, name := range [...]string{"PartitionKey", "RowKey", "Timestamp"} {
		value, _ := e.property(name)
		v.member(w, name, value)
	}
	for _, p := range e.properties {
		v.member(w, p.name, p.value)
	}
}

func accountOf(base string) string { return base[strings.LastIndexByte(base, '/')+1:] }

func (v entityView) member(w *jsonWriter, name string, val value) {
	if v.annotated(name, val) {
		w.text(name+typeAnnotation, edmNames[val.kind])
	}
	switch val.kind {
	case kindString, kindGUID:
		w.text(name, val.text)
	case kindBinary:
		w.text(name, base64.StdEncoding.EncodeToString([]byte(val.text)))
	case kindInt32:
		w.raw(name, strconv.FormatInt(val.num, 10))
	case kindInt64:
		w.text(name, strconv.FormatInt(val.num, 10)) // as a text: JSON numbers lose digits above 2^53
	case kindBoolean:
		w.raw(name, strconv.FormatBool(val.num != 0))
	case kindDateTime:
		w.text(name, ticks(val.num).String())
	case kindDouble:
		if s, finite := formatDouble(val.dbl); finite {
			w.raw(name, s)
		} else {
			w.text(name, s)
		}
	}
}

// annotated reports whether the JSON value alone would not tell its type.
func (v entityView) annotated(name string, val value) bool {
	if v.level == noMetadata || (name == "Timestamp" && v.level == minimalMetadata) {
		return false
	}
	switch val.kind {
	case kindInt64, kindGUID, kindDateTime, kindBinary:
		return true
	case kindDouble:
		return math.IsNaN(val.dbl) || math.IsInf(val.dbl, 0)
	}
	return false
}

// formatDouble keeps a point in whole numbers, which tells a Double from an Int32.
func formatDouble(f float64) (text string, finite bool) {
	switch {
	case math.IsNaN(f):
		return "NaN", false
	case math.IsInf(f, 1):
		return "Infinity", false
	case math.IsInf(f, -1):
		return "-Infinity", false
	}
	if abs := math.Abs(f); abs >= 1e15 || (abs < 1e-5 && f != 0) {
		return strconv.FormatFloat(f, 'e', -1, 64), true
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s, true
}
