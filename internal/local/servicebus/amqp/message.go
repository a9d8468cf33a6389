package amqp

import "fmt"

// Descriptors of the sections of a message.
const (
	sectionHeader                = 0x70
	sectionDeliveryAnnotations   = 0x71
	sectionMessageAnnotations    = 0x72
	sectionProperties            = 0x73
	sectionApplicationProperties = 0x74
	sectionData                  = 0x75
	sectionSequence              = 0x76
	sectionValue                 = 0x77
	sectionFooter                = 0x78
)

// Fields of the header and properties sections, by position.
const (
	HeaderTTL           = 2
	HeaderDeliveryCount = 4

	PropMessageID          = 0
	PropTo                 = 2
	PropSubject            = 3
	PropReplyTo            = 4
	PropCorrelationID      = 5
	PropContentType        = 6
	PropAbsoluteExpiryTime = 8
	PropCreationTime       = 9
	PropGroupID            = 10
	PropReplyToGroupID     = 12
)

// Message is a message by its sections. Body holds the body sections and the footer as they were sent, undecoded.
// An absent section is empty.
type Message struct {
	Header                Fields
	DeliveryAnnotations   Map
	MessageAnnotations    Map
	Properties            Fields
	ApplicationProperties Map
	Body                  []byte
}

// Fields are the fields of a section that is a list.
type Fields List

// Get is field i, or nil if it is absent.
func (f Fields) Get(i int) any {
	if i >= len(f) {
		return nil
	}
	return f[i]
}

// Text is field i if it is a string, else "".
func (f Fields) Text(i int) string { return text(f.Get(i)) }

// With returns f with field i set.
func (f Fields) With(i int, v any) Fields {
	for len(f) <= i {
		f = append(f, nil)
	}
	f[i] = v
	return f
}

// ParseMessage reads the sections of an encoded message. Body and binary values alias b.
func ParseMessage(b []byte) (Message, error) {
	var m Message
	for len(b) > 0 {
		code, err := sectionCode(b)
		if err != nil {
			return Message{}, err
		}
		if code >= sectionData {
			// The body and the footer are the end of every message; they are checked for being whole, not decoded.
			m.Body = b
			return m, checkSections(b)
		}
		v, rest, err := Decode(b)
		if err != nil {
			return Message{}, fmt.Errorf("read message section 0x%02x: %w", code, err)
		}
		if err := m.set(code, v.(Described).Value); err != nil {
			return Message{}, err
		}
		b = rest
	}
	return m, nil
}

// sectionCode is the descriptor of the section at the start of b.
func sectionCode(b []byte) (uint64, error) {
	if b[0] != 0 {
		return 0, fmt.Errorf("message section begins with 0x%02x and has no descriptor", b[0])
	}
	v, _, err := Decode(b[1:])
	if err != nil {
		return 0, err
	}
	code, ok := v.(uint64)
	if !ok || code < sectionHeader || code > sectionFooter {
		return 0, fmt.Errorf("message section %v is unknown", v)
	}
	return code, nil
}

func checkSections(b []byte) error {
	for len(b) > 0 {
		code, err := sectionCode(b)
		if err != nil {
			return err
		}
		if code < sectionData {
			return fmt.Errorf("message section 0x%02x comes after the body", code)
		}
		if b, err = Skip(b); err != nil {
			return fmt.Errorf("read message section 0x%02x: %w", code, err)
		}
	}
	return nil
}

func (m *Message) set(code uint64, v any) error {
	list, isList := v.(List)
	pairs, isMap := v.(Map)
	switch {
	case isList && code == sectionHeader:
		m.Header = Fields(list)
	case isList && code == sectionProperties:
		m.Properties = Fields(list)
	case isMap && code == sectionDeliveryAnnotations:
		m.DeliveryAnnotations = pairs
	case isMap && code == sectionMessageAnnotations:
		m.MessageAnnotations = pairs
	case isMap && code == sectionApplicationProperties:
		m.ApplicationProperties = pairs
	default:
		return fmt.Errorf("message section 0x%02x holds a %T", code, v)
	}
	return nil
}

// Append appends the encoded message to dst, with a header and a properties section even if they are empty: the Go
// client reads delivery count and time to live only from a message that has both.
func (m Message) Append(dst []byte) []byte {
	dst = AppendComposite(dst, sectionHeader, m.Header...)
	dst = appendMap(dst, sectionDeliveryAnnotations, m.DeliveryAnnotations)
	dst = appendMap(dst, sectionMessageAnnotations, m.MessageAnnotations)
	dst = AppendComposite(dst, sectionProperties, m.Properties...)
	dst = appendMap(dst, sectionApplicationProperties, m.ApplicationProperties)
	return append(dst, m.Body...)
}

func appendMap(dst []byte, code uint64, m Map) []byte {
	if len(m) == 0 {
		return dst
	}
	return Append(dst, Described{code, m})
}

// ValueBody is a body of one amqp-value section.
func ValueBody(v any) []byte { return Append(nil, Described{uint64(sectionValue), v}) }

// Value is the value of a body of one amqp-value section, or nil if the body is another.
func (m Message) Value() (any, error) {
	if len(m.Body) == 0 {
		return nil, nil
	}
	v, _, err := Decode(m.Body)
	if err != nil {
		return nil, err
	}
	if d, ok := v.(Described); ok && d.Descriptor == uint64(sectionValue) {
		return d.Value, nil
	}
	return nil, nil
}

// Data are the contents of the data sections of the body.
func (m Message) Data() ([][]byte, error) {
	var all [][]byte
	for b := m.Body; len(b) > 0; {
		v, rest, err := Decode(b)
		if err != nil {
			return nil, err
		}
		if d, ok := v.(Described); ok && d.Descriptor == uint64(sectionData) {
			data, ok := d.Value.([]byte)
			if !ok {
				return nil, fmt.Errorf("data section holds a %T", d.Value)
			}
			all = append(all, data)
		}
		b = rest
	}
	return all, nil
}
