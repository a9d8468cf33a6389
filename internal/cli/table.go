package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
)

// table prints rows beneath a heading, in columns.
func (s *session) table(heading string, rows [][]string) error {
	w := tabwriter.NewWriter(s.Out, 0, 4, 3, ' ', 0)
	if heading != "" {
		fmt.Fprintln(w, heading)
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = strings.ReplaceAll(strings.ReplaceAll(clean(cell), "\n", " "), "\t", " ")
		}
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

// print shows value as JSON to programs; people get what show prints.
func (s *session) print(value any, show func() error) error {
	if s.output != "json" {
		return show()
	}
	encoder := json.NewEncoder(s.Out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// text is a value that may be left out.
func text[T ~string](p *T) string {
	if p == nil {
		return ""
	}
	return string(*p)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
