package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxDepth bounds the nesting of a document.
const maxDepth = 64

// documents splits the content of a file into its YAML documents; empty ones are left out.
func documents(content io.Reader) ([]*yaml.Node, error) {
	loader, err := yaml.NewLoader(content)
	if err != nil {
		return nil, err
	}
	var out []*yaml.Node
	for {
		var node yaml.Node
		err := loader.Load(&node)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		root := &node
		if root.Kind == yaml.DocumentNode && len(root.Content) == 1 {
			root = root.Content[0]
		}
		if root.Kind == 0 || root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
			continue
		}
		out = append(out, root)
	}
}

// syntaxProblem tells where a file stops being YAML.
func syntaxProblem(file string, err error) *Problem {
	p := &Problem{File: file, Line: 1, Message: "This is not YAML: " + err.Error() + "."}
	var load *yaml.LoadError
	if errors.As(err, &load) {
		p.Message = "This is not YAML: " + load.Message + "."
		p.Line = max(load.Mark.Line, 1)
	}
	return p
}

// nodeError is a fault at a place of a document.
type nodeError struct {
	line    int
	message string
}

func (e *nodeError) Error() string { return e.message }

func at(node *yaml.Node, format string, args ...any) error {
	return &nodeError{line: node.Line, message: fmt.Sprintf(format, args...)}
}

// value turns a node into what encoding/json would have made of it, with json.Number for numbers. YAML has more than
// JSON: anchors, tags and keys that are no text are refused, so that what is read is what stands there.
func value(node *yaml.Node, room int) (any, error) {
	if room == 0 {
		return nil, at(node, "This is nested too deeply.")
	}
	if node.Anchor != "" || node.Kind == yaml.AliasNode {
		return nil, at(node, "Anchors and aliases are not for the catalog: write the value out.")
	}
	switch node.Kind {
	case yaml.MappingNode:
		out := make(map[string]any, len(node.Content)/2)
		members, err := members(node)
		if err != nil {
			return nil, err
		}
		for name, member := range members {
			if out[name], err = value(member.value, room-1); err != nil {
				return nil, err
			}
		}
		return out, nil
	case yaml.SequenceNode:
		out := make([]any, len(node.Content))
		var err error
		for i, item := range node.Content {
			if out[i], err = value(item, room-1); err != nil {
				return nil, err
			}
		}
		return out, nil
	default:
		return scalar(node)
	}
}

func scalar(node *yaml.Node) (any, error) {
	switch node.ShortTag() {
	case "!!str", "!!timestamp":
		return node.Value, nil
	case "!!null":
		return nil, nil
	case "!!bool":
		return strings.EqualFold(node.Value, "true"), nil
	case "!!int":
		var n int64
		if err := node.Decode(&n); err != nil {
			return nil, at(node, "The number %s is too large.", node.Value)
		}
		return json.Number(strconv.FormatInt(n, 10)), nil
	case "!!float":
		var f float64
		if err := node.Decode(&f); err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return nil, at(node, "%s is not a number that JSON has.", node.Value)
		}
		return json.Number(strconv.FormatFloat(f, 'g', -1, 64)), nil
	default:
		return nil, at(node, "The tag %s is not for the catalog.", node.ShortTag())
	}
}

// member is one property of an object, with the place of its name.
type member struct {
	key, value *yaml.Node
}

// members gives the properties of an object by name.
func members(node *yaml.Node) (map[string]member, error) {
	out := make(map[string]member, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Kind != yaml.ScalarNode || key.ShortTag() != "!!str" || key.Anchor != "" {
			return nil, at(key, "The name of a property must be text; put %q in quotes.", key.Value)
		}
		if _, twice := out[key.Value]; twice {
			return nil, at(key, "%q is there twice.", key.Value)
		}
		out[key.Value] = member{key, node.Content[i+1]}
	}
	return out, nil
}

// raw gives the JSON of a node.
func raw(node *yaml.Node) (json.RawMessage, error) {
	v, err := value(node, maxDepth)
	if err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		return nil, at(node, "This cannot be written as JSON: %v.", err)
	}
	return encoded, nil
}

// lineOf finds the line that a JSON pointer into a node means, or that of the closest thing above it.
func lineOf(node *yaml.Node, pointer string) int {
	line := node.Line
	for _, token := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch node.Kind {
		case yaml.MappingNode:
			found, err := members(node)
			m, ok := found[token]
			if err != nil || !ok {
				return line
			}
			line, node = m.key.Line, m.value
		case yaml.SequenceNode:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(node.Content) {
				return line
			}
			node = node.Content[i]
			line = node.Line
		default:
			return line
		}
	}
	return line
}
