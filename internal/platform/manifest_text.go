package platform

import (
	"errors"
	"fmt"
	"strings"
)

// SegmentKind says what a piece of text is.
type SegmentKind int

// The kinds of segments.
const (
	LiteralText        SegmentKind = iota // Text, as it is
	ParameterReference                    // ${parameters.<Name>}: templates only
	OutputReference                       // ${resources.<Alias>.outputs.<Name>}
	ContextReference                      // ${context.<Name>}: project, environment or type
	ValueReference                        // ${values.<Name>}: a value of the environment or its project
)

// Segment is a piece of a text value in a manifest.
type Segment struct {
	Kind  SegmentKind
	Text  string
	Alias string
	Name  string
}

// placeholderForms is what an error lists.
const placeholderForms = "${parameters.<name>} in templates, ${resources.<alias>.outputs.<name>}, ${values.<key>}, and ${context.project}, ${context.environment} or ${context.type}"

// ParseText takes a text value of a manifest apart. Placeholders that it does not know are refused with a sentence.
//
// `$${` stands for a literal `${`. More exactly, among the dollar signs directly before a brace every two stand for one, and
// one that is left over opens a placeholder, so that any literal can be written before any placeholder.
// Neighbouring literals are one segment, and no literal is empty.
func ParseText(text string) ([]Segment, error) {
	var p textParser
	for text != "" {
		dollars := len(text) - len(strings.TrimLeft(text, "$"))
		rest := text[dollars:]
		switch opens := strings.HasPrefix(rest, "{"); {
		case !opens || dollars == 0:
			plain := max(dollars, 1) // a dollar sign or more that mean themselves, or any other byte
			p.literal.WriteString(text[:plain])
			text = text[plain:]
		case dollars%2 == 0:
			p.literal.WriteString(text[:dollars/2] + "{")
			text = rest[1:]
		default:
			p.literal.WriteString(text[:dollars/2])
			body, after, closed := strings.Cut(rest[1:], "}")
			if !closed {
				return nil, errors.New("a placeholder begins with ${ and is not closed; write $${ for a literal ${")
			}
			segment, err := parsePlaceholder(body)
			if err != nil {
				return nil, err
			}
			p.flush()
			p.segments = append(p.segments, segment)
			text = after
		}
	}
	p.flush()
	return p.segments, nil
}

// textParser gathers segments; literal is the one in the making.
type textParser struct {
	segments []Segment
	literal  strings.Builder
}

func (p *textParser) flush() {
	if p.literal.Len() > 0 {
		p.segments = append(p.segments, Segment{Kind: LiteralText, Text: p.literal.String()})
		p.literal.Reset()
	}
}

func parsePlaceholder(body string) (Segment, error) {
	parts := strings.Split(body, ".")
	switch {
	case len(parts) == 2 && parts[0] == "parameters" && ValidIdentifier(parts[1]):
		return Segment{Kind: ParameterReference, Name: parts[1]}, nil
	case len(parts) == 2 && parts[0] == "context" && (parts[1] == "project" || parts[1] == "environment" || parts[1] == "type"):
		return Segment{Kind: ContextReference, Name: parts[1]}, nil
	case len(parts) == 2 && parts[0] == "values" && ValidValueKey(parts[1]):
		return Segment{Kind: ValueReference, Name: parts[1]}, nil
	case len(parts) == 4 && parts[0] == "resources" && parts[2] == "outputs" && validAlias(parts[1]) && ValidIdentifier(parts[3]):
		return Segment{Kind: OutputReference, Alias: parts[1], Name: parts[3]}, nil
	}
	return Segment{}, fmt.Errorf("${%s} is not a placeholder; known are %s; write $${ for a literal ${", clip(body, 60), placeholderForms)
}

// FormatText is the inverse of [ParseText]: the text that parses into these segments, whatever their literals contain.
func FormatText(segments []Segment) string {
	var out, literal strings.Builder
	for _, s := range segments {
		if s.Kind == LiteralText {
			literal.WriteString(s.Text)
			continue
		}
		writeLiteral(&out, literal.String(), true)
		literal.Reset()
		switch s.Kind {
		case ParameterReference:
			out.WriteString("${parameters." + s.Name + "}")
		case ContextReference:
			out.WriteString("${context." + s.Name + "}")
		case ValueReference:
			out.WriteString("${values." + s.Name + "}")
		default:
			out.WriteString("${resources." + s.Alias + ".outputs." + s.Name + "}")
		}
	}
	writeLiteral(&out, literal.String(), false)
	return out.String()
}

// writeLiteral doubles the dollar signs directly before a brace, and those at the end if a placeholder follows.
func writeLiteral(out *strings.Builder, text string, placeholderFollows bool) {
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && text[end] == '$' {
			end++
		}
		if end == i {
			out.WriteByte(text[i])
			i++
			continue
		}
		dollars := text[i:end]
		if (end < len(text) && text[end] == '{') || (end == len(text) && placeholderFollows) {
			out.WriteString(dollars)
		}
		out.WriteString(dollars)
		i = end
	}
}

// escapeText writes a literal so that nothing in it can ever be a placeholder.
func escapeText(text string) string { return FormatText([]Segment{{Kind: LiteralText, Text: text}}) }

// ValidIdentifier reports whether s can name a parameter, an input or an output: up to 63 letters, digits and underscores, from a
// letter on. Such a name is also one in Terraform.
func ValidIdentifier(s string) bool { return len(s) <= 63 && identifierPattern.MatchString(s) }

// ValidValueKey reports whether s can name a value: up to 100 letters, digits and underscores, not from a digit on, as in the
// name of an environment variable.
func ValidValueKey(s string) bool { return len(s) <= 100 && valueKeyPattern.MatchString(s) }

func validAlias(s string) bool { return len(s) <= maxAliasLength && ValidName(s) }
