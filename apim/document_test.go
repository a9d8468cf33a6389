package apim_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// element is a node of a policy document.
type element struct {
	name       string
	attributes []xml.Attr
	children   []*element
	text       string
}

func (e *element) attribute(name string) string {
	for _, a := range e.attributes {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// all visits e and everything beneath it.
func (e *element) all(visit func(*element)) {
	visit(e)
	for _, child := range e.children {
		child.all(visit)
	}
}

// parse reads a document. Policies are sent as rawxml, whose expressions need no escapes, and entities would stay in them as they
// are: so there is not one & in our policies, and they are plain XML in both readings.
func parse(text string) (*element, error) {
	if strings.Contains(text, "&") {
		return nil, errors.New("it holds an &, which the gateway reads in another way than an XML parser")
	}
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Strict = true
	top := &element{}
	open := []*element{top}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		last := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			next := &element{name: token.Name.Local, attributes: token.Copy().Attr}
			last.children = append(last.children, next)
			open = append(open, next)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			last.text += string(token)
		case xml.ProcInst, xml.Directive:
			return nil, errors.New("it is more than elements and comments")
		}
	}
	if len(top.children) != 1 {
		return nil, fmt.Errorf("it has %d elements at the top, not one", len(top.children))
	}
	return top.children[0], nil
}

// checkDocument says what API Management would refuse in a policy or a fragment.
func checkDocument(root *element) []string {
	switch root.name {
	case "fragment": // it stands where it is included
		var found []string
		for _, section := range fragmentSections(root) {
			found = append(found, checkSection(root, section)...)
		}
		root.all(func(e *element) {
			if e.name == "base" || e.name == "include-fragment" {
				found = append(found, "a fragment holds neither base nor another fragment")
			}
		})
		return found
	case "policies":
		var names, found []string
		for _, section := range root.children {
			names = append(names, section.name)
			found = append(found, checkSection(section, section.name)...)
			if len(section.attributes) > 0 || strings.TrimSpace(section.text) != "" {
				found = append(found, section.name+" holds more than policies")
			}
			if section.name == "backend" && len(section.children) != 1 {
				found = append(found, "backend holds exactly one policy")
			}
		}
		if !slices.Equal(names, anywhere) {
			found = append(found, fmt.Sprintf("its sections are %v, not %v", names, anywhere))
		}
		return found
	}
	return []string{"its top is " + root.name}
}

// fragmentSections are those that the fragment's policies have in common.
func fragmentSections(root *element) []string {
	if len(root.children) > 0 && root.children[0].name == "return-response" {
		return []string{"inbound", "on-error"} // it ends the one and the other
	}
	return onRequest
}

func checkSection(parent *element, section string) []string {
	var found []string
	seen := map[string]int{}
	for _, child := range parent.children {
		seen[child.name]++
		if r := rules[child.name]; r.once && seen[child.name] > 1 {
			found = append(found, child.name+" stands twice")
		}
		found = append(found, checkPolicy(child, section)...)
	}
	return found
}

// checkPolicy checks an element that stands where a policy may.
func checkPolicy(e *element, section string) []string {
	r, known := rules[e.name]
	if !known {
		return []string{"nobody has read of " + e.name}
	}
	if !slices.Contains(r.sections, section) {
		return []string{fmt.Sprintf("%s does not belong in %s", e.name, section)}
	}
	return checkElement(e, r, section)
}

func checkElement(e *element, r rule, section string) []string {
	var found []string
	for _, a := range e.attributes {
		if a.Name.Space != "" || !r.takes(a.Name.Local) {
			found = append(found, fmt.Sprintf("%s has no attribute %s", e.name, a.Name.Local))
		}
	}
	for _, name := range r.attributes {
		if required, must := strings.CutSuffix(name, "!"); must && e.attribute(required) == "" {
			found = append(found, fmt.Sprintf("%s lacks %s", e.name, required))
		}
	}
	if text := strings.TrimSpace(e.text); (text != "") != r.text {
		found = append(found, fmt.Sprintf("%s holds %q", e.name, text))
	}
	for _, name := range r.needs {
		if !slices.ContainsFunc(e.children, func(c *element) bool { return c.name == name }) {
			found = append(found, fmt.Sprintf("%s lacks %s", e.name, name))
		}
	}
	return append(found, checkChildren(e, r, section)...)
}

func checkChildren(e *element, r rule, section string) []string {
	if slices.Equal(r.children, []string{"*"}) {
		return checkSection(e, section)
	}
	var found []string
	last := 0
	for _, child := range e.children {
		at := slices.Index(r.children, child.name)
		switch {
		case at < 0:
			found = append(found, fmt.Sprintf("%s holds no %s", e.name, child.name))
		case at < last:
			found = append(found, fmt.Sprintf("in %s, %s stands too late", e.name, child.name))
		default:
			last = at
			found = append(found, checkElement(child, rules[child.name], section)...)
		}
	}
	return found
}
