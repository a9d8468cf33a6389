package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Limits of one file.
const (
	maxFileBytes = 1 << 20
	maxDepth     = 100
)

// parseYAML reads a document as strictly as the service does: one document, no anchors, aliases, merge keys or tags,
// keys that are text and defined once without regard to case. file is named in messages.
func parseYAML(data []byte, file string) (*node, error) {
	start := position{file: file}
	if len(data) > maxFileBytes {
		return nil, start.fail("The file has more than %d bytes.", maxFileBytes)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, start.fail("The file is empty.")
	case err != nil:
		return nil, start.fail("%s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var second yaml.Node
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, start.fail("%s", strings.TrimPrefix(err.Error(), "yaml: "))
		}
		return nil, start.fail("The file has more than one YAML document.")
	}
	if len(document.Content) != 1 {
		return nil, start.fail("The file is empty.")
	}
	return fromYAML(document.Content[0], file, 0)
}

func fromYAML(y *yaml.Node, file string, depth int) (*node, error) {
	n := &node{at: position{file, y.Line, y.Column}}
	if depth > maxDepth {
		return nil, n.fail("The document is nested more than %d deep.", maxDepth)
	}
	if y.Anchor != "" {
		return nil, n.fail("Anchors are not supported. Remove the anchor '%s'.", y.Anchor)
	}
	switch y.Kind {
	case yaml.ScalarNode:
		n.text = y.Value
		if y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 && isNull(y.Value) {
			n.text = ""
		}
		return n, nil
	case yaml.SequenceNode:
		n.kind = sequenceNode
		for _, item := range y.Content {
			child, err := fromYAML(item, file, depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, child)
		}
		return n, nil
	case yaml.MappingNode:
		n.kind = mappingNode
		return n, n.addPairs(y.Content, file, depth)
	case yaml.AliasNode:
		return nil, n.fail("Aliases are not supported. Write out what '*%s' stands for, or use a template.", y.Value)
	default:
		return nil, n.fail("Unexpected YAML node.")
	}
}

func (n *node) addPairs(content []*yaml.Node, file string, depth int) error {
	seen := map[string]bool{}
	for i := 0; i+1 < len(content); i += 2 {
		key, err := fromYAML(content[i], file, depth+1)
		if err != nil {
			return err
		}
		if key.kind != scalarNode {
			return key.fail("A key must be text.")
		}
		if content[i].Tag == "!!merge" {
			return key.fail("Merge keys are not supported.")
		}
		// Directives repeat: two ${{ if }} of one text, or ${{ else }} of two chains, stand side by side.
		folded := strings.ToLower(key.text)
		if !strings.Contains(key.text, "${{") {
			if seen[folded] {
				return key.fail("'%s' is already defined", key.text)
			}
			seen[folded] = true
		}
		value, err := fromYAML(content[i+1], file, depth+1)
		if err != nil {
			return err
		}
		n.pairs = append(n.pairs, pair{key, value})
	}
	return nil
}

func isNull(s string) bool {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return true
	default:
		return false
	}
}

// parseText reads YAML that came in as a parameter's text.
func parseText(text, parameter string) (*node, error) {
	n, err := parseYAML([]byte(text), "")
	if err != nil {
		return nil, fmt.Errorf("read parameter %s: %w", parameter, err)
	}
	return n, nil
}
