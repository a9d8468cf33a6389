package httpapi

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// maxNesting is how deep objects and lists of a body may lie in each other: far more than any manifest, far less than
// what makes a later reader of the same document recurse dangerously.
const maxNesting = 64

// strict refuses what encoding/json takes silently, where readers differ about what was said: a member given twice, a name
// in another case than the contract's, text that is not UTF-8, and nesting deeper than maxNesting. It reads valid JSON once,
// from left to right; of what is no JSON the decoder says why.
func strict(body []byte, into reflect.Type) error {
	if !utf8.Valid(body) {
		return platform.Errorf(platform.Invalid, "The body is not UTF-8 text.")
	}
	if !json.Valid(body) {
		return nil
	}
	s := scan{body: body, root: into}
	for s.at < len(body) {
		if err := s.step(); err != nil {
			return err
		}
	}
	return nil
}

// scan is a position in a valid JSON text.
type scan struct {
	body   []byte
	at     int
	root   reflect.Type
	around []place // the objects and lists that the position is in, outermost first
}

// place is an object or a list that is open.
type place struct {
	object  bool
	target  reflect.Type    // what it is decoded into; nil where anything may stand
	members map[string]bool // names seen so far, as they read after unescaping
	naming  bool            // the next text is a name
	name    string          // of the member that the position is in
	index   int             // in a list
}

// step goes over one character, or one text.
func (s *scan) step() error {
	c := s.body[s.at]
	s.at++
	switch c {
	case '{', '[':
		return s.open(c == '{')
	case '}', ']':
		s.around = s.around[:len(s.around)-1]
	case ',':
		in := s.inner()
		in.index++
		in.naming = in.object
	case '"':
		text := s.text()
		if in := s.inner(); in != nil && in.naming {
			in.naming = false
			return s.member(in, text)
		}
	}
	return nil
}

func (s *scan) inner() *place {
	if len(s.around) == 0 {
		return nil
	}
	return &s.around[len(s.around)-1]
}

func (s *scan) open(object bool) error {
	if len(s.around) == maxNesting {
		return platform.Errorf(platform.Invalid, "The body is nested deeper than %d levels.", maxNesting).With(platform.Detail{Pointer: s.pointer(), Message: "is nested too deep"})
	}
	t := s.root
	if in := s.inner(); in != nil {
		t, _ = inside(in.target, in.name)
	}
	s.around = append(s.around, place{object: object, naming: object, target: t})
	return nil
}

// text goes behind the text that began before the position, and returns it with its quotes.
func (s *scan) text() []byte {
	begin := s.at - 1
	for ; s.body[s.at] != '"'; s.at++ {
		if s.body[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
	return s.body[begin:s.at]
}

func (s *scan) member(in *place, quoted []byte) error {
	in.name = string(quoted[1 : len(quoted)-1])
	if strings.Contains(in.name, `\`) { // "a" and "\u0061" are the same name
		if err := json.Unmarshal(quoted, &in.name); err != nil {
			return fmt.Errorf("read the name of a member: %w", err)
		}
	}
	if in.members[in.name] {
		return platform.Errorf(platform.Invalid, "The body has a member twice: %q.", clip(in.name)).With(platform.Detail{Pointer: s.pointer(), Message: "is given twice"})
	}
	if _, known := inside(in.target, in.name); !known {
		return platform.Errorf(platform.Invalid, "The body has a member that is not known here: %q.", clip(in.name)).With(platform.Detail{Pointer: s.pointer(), Message: "is unknown"})
	}
	if in.members == nil {
		in.members = map[string]bool{}
	}
	in.members[in.name] = true
	return nil
}

// pointer is the JSON pointer (RFC 6901) to where the position is.
func (s *scan) pointer() string {
	var b strings.Builder
	for _, p := range s.around {
		if p.object {
			b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(clip(p.name)))
		} else {
			fmt.Fprintf(&b, "/%d", p.index)
		}
	}
	return b.String()
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// inside is the type of the member name, or of an item, of a t; nil where anything may stand. Known is false for a name that t
// has not: encoding/json would take it in any case of letters.
func inside(t reflect.Type, name string) (member reflect.Type, known bool) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || reflect.PointerTo(t).Implements(unmarshaler) {
		return nil, true
	}
	switch t.Kind() {
	case reflect.Map, reflect.Slice, reflect.Array:
		return t.Elem(), true
	case reflect.Struct:
		member, known = membersOf(t)[name]
		return member, known
	default:
		return nil, true // what is wrong about it, the decoder says
	}
}

// structs remembers membersOf: reflection for each object would make a long list of small objects slow.
var structs sync.Map // of reflect.Type: map[string]reflect.Type

func membersOf(t reflect.Type) map[string]reflect.Type {
	if known, ok := structs.Load(t); ok {
		return known.(map[string]reflect.Type)
	}
	members := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case !field.IsExported() || name == "-" || field.Anonymous && name == "":
			continue
		case name == "":
			name = field.Name
		}
		members[name] = field.Type
	}
	structs.Store(t, members)
	return members
}
