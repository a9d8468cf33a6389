package amqp

import (
	"fmt"
)

// Performative is the operation that a frame carries: one of the pointer types of this package that have an Append
// method (Open, Begin, Attach, Flow, Transfer, Disposition, Detach, End, Close and the three of SASL).
type Performative interface {
	// Append appends the encoded performative to dst.
	Append(dst []byte) []byte
}

// Descriptors of performatives, outcomes and termini.
const (
	codeOpen           = 0x10
	codeBegin          = 0x11
	codeAttach         = 0x12
	codeFlow           = 0x13
	codeTransfer       = 0x14
	codeDisposition    = 0x15
	codeDetach         = 0x16
	codeEnd            = 0x17
	codeClose          = 0x18
	codeError          = 0x1d
	codeSource         = 0x28
	codeTarget         = 0x29
	codeSASLMechanisms = 0x40
	codeSASLInit       = 0x41
	codeSASLOutcome    = 0x44
)

// Open starts a connection.
type Open struct {
	ContainerID  string
	Hostname     string
	MaxFrameSize uint32 // bytes; 0 if the peer gave none
	ChannelMax   uint16
	IdleTimeout  uint32 // milliseconds; 0 means none
}

// Begin starts a session.
type Begin struct {
	RemoteChannel  *uint16
	NextOutgoingID uint32
	IncomingWindow uint32
	OutgoingWindow uint32
	HandleMax      uint32
}

// Attach starts a link. The settle modes are nil where the peer left them to their defaults.
type Attach struct {
	Name                 string
	Handle               uint32
	Receiver             bool // whether the side that says so is the receiver
	SenderSettleMode     *uint8
	ReceiverSettleMode   *uint8
	Source, Target       *Terminus
	Coordinator          bool // the target is a transaction coordinator
	InitialDeliveryCount *uint32
	MaxMessageSize       uint64 // bytes; 0 means no limit
	Properties           Map
}

// Flow tells the peer how much may be sent. Handle is nil for a flow of the session alone.
type Flow struct {
	NextIncomingID *uint32
	IncomingWindow uint32
	NextOutgoingID uint32
	OutgoingWindow uint32
	Handle         *uint32
	DeliveryCount  *uint32
	LinkCredit     *uint32
	Drain, Echo    bool
}

// Transfer carries a message or a part of one.
type Transfer struct {
	Handle        uint32
	DeliveryID    *uint32
	DeliveryTag   []byte
	MessageFormat *uint32
	Settled       bool
	More          bool
	Aborted       bool
}

// Disposition tells the state of the deliveries First to Last.
type Disposition struct {
	Receiver    bool // whether the side that says so is the receiver
	First, Last uint32
	Settled     bool
	State       *State
}

// Detach ends a link.
type Detach struct {
	Handle uint32
	Closed bool
	Error  *Error
}

// End ends a session.
type End struct{ Error *Error }

// Close ends a connection.
type Close struct{ Error *Error }

// SASLMechanisms offers ways to authenticate.
type SASLMechanisms struct{ Mechanisms []Symbol }

// SASLInit chooses one of them.
type SASLInit struct{ Mechanism Symbol }

// SASLOutcome ends the SASL exchange; code 0 is success.
type SASLOutcome struct{ Code uint8 }

// Terminus is the source or target of a link: a node's address and, for a source, a filter.
type Terminus struct {
	Address string
	Filter  Map
}

// ParsePerformative reads the performative at the start of body and returns the payload that follows it.
func ParsePerformative(body []byte) (Performative, []byte, error) {
	v, payload, err := Decode(body)
	if err != nil {
		return nil, nil, err
	}
	d, _ := v.(Described)
	code, _ := d.Descriptor.(uint64)
	f, ok := d.Value.(List)
	if !ok {
		return nil, nil, fmt.Errorf("frame body holds a %T where a performative is due", v)
	}
	r := &fields{list: f}
	p := r.performative(code)
	if p == nil {
		return nil, nil, fmt.Errorf("performative 0x%02x is unknown", code)
	}
	if r.err != nil {
		return nil, nil, fmt.Errorf("read performative 0x%02x: %w", code, r.err)
	}
	return p, payload, nil
}

func (r *fields) performative(code uint64) Performative {
	switch code {
	case codeOpen:
		return &Open{ContainerID: get[string](r, 0), Hostname: get[string](r, 1), MaxFrameSize: get[uint32](r, 2),
			ChannelMax: get[uint16](r, 3), IdleTimeout: get[uint32](r, 4)}
	case codeBegin:
		return &Begin{RemoteChannel: optional[uint16](r, 0), NextOutgoingID: get[uint32](r, 1),
			IncomingWindow: get[uint32](r, 2), OutgoingWindow: get[uint32](r, 3), HandleMax: get[uint32](r, 4)}
	case codeAttach:
		return r.attach()
	case codeFlow:
		return &Flow{NextIncomingID: optional[uint32](r, 0), IncomingWindow: get[uint32](r, 1),
			NextOutgoingID: get[uint32](r, 2), OutgoingWindow: get[uint32](r, 3), Handle: optional[uint32](r, 4),
			DeliveryCount: optional[uint32](r, 5), LinkCredit: optional[uint32](r, 6), Drain: get[bool](r, 8), Echo: get[bool](r, 9)}
	case codeTransfer:
		return &Transfer{Handle: get[uint32](r, 0), DeliveryID: optional[uint32](r, 1), DeliveryTag: get[[]byte](r, 2),
			MessageFormat: optional[uint32](r, 3), Settled: get[bool](r, 4), More: get[bool](r, 5), Aborted: get[bool](r, 9)}
	case codeDisposition:
		d := &Disposition{Receiver: get[bool](r, 0), First: get[uint32](r, 1), Settled: get[bool](r, 3), State: r.state(4)}
		d.Last = d.First
		if last := optional[uint32](r, 2); last != nil {
			d.Last = *last
		}
		return d
	case codeDetach:
		return &Detach{Handle: get[uint32](r, 0), Closed: get[bool](r, 1), Error: r.error(2)}
	case codeEnd:
		return &End{Error: r.error(0)}
	case codeClose:
		return &Close{Error: r.error(0)}
	case codeSASLInit:
		return &SASLInit{Mechanism: get[Symbol](r, 0)}
	}
	return nil
}

func (r *fields) attach() *Attach {
	a := &Attach{Name: get[string](r, 0), Handle: get[uint32](r, 1), Receiver: get[bool](r, 2),
		SenderSettleMode: optional[uint8](r, 3), ReceiverSettleMode: optional[uint8](r, 4), Source: r.terminus(5, codeSource),
		InitialDeliveryCount: optional[uint32](r, 9), MaxMessageSize: get[uint64](r, 10), Properties: get[Map](r, 13)}
	if d, ok := r.at(6).(Described); ok && d.Descriptor != uint64(codeTarget) {
		a.Coordinator = true
		return a
	}
	a.Target = r.terminus(6, codeTarget)
	return a
}
