package amqp

// Outcome is the kind of a delivery state, by its descriptor.
type Outcome uint64

// The outcomes a delivery can have. Received is no outcome but says how much of it has arrived.
const (
	Received Outcome = 0x23
	Accepted Outcome = 0x24
	Rejected Outcome = 0x25
	Released Outcome = 0x26
	Modified Outcome = 0x27
)

// State is the state of a delivery.
type State struct {
	Outcome       Outcome
	Error         *Error // of Rejected; may be nil
	Undeliverable bool   // of Modified: do not deliver here again, which Service Bus reads as "defer"
	Annotations   Map    // of Modified: what to change in the message
}

// StateOf is the state Rejected with err, or Accepted if err is nil.
func StateOf(err *Error) *State {
	if err == nil {
		return &State{Outcome: Accepted}
	}
	return &State{Outcome: Rejected, Error: err}
}

func (s *State) value() any {
	if s == nil {
		return nil
	}
	list := List{}
	if s.Error != nil {
		list = List{s.Error.value()}
	}
	return Described{uint64(s.Outcome), list}
}

func (r *fields) state(i int) *State {
	d, ok := r.at(i).(Described)
	if !ok {
		if r.at(i) != nil {
			r.fail(i, d)
		}
		return nil
	}
	code, _ := d.Descriptor.(uint64)
	list, ok := d.Value.(List)
	if !ok {
		r.fail(i, list)
		return nil
	}
	f := &fields{list: list}
	defer r.within(f)
	s := &State{Outcome: Outcome(code)}
	switch s.Outcome {
	case Rejected:
		s.Error = f.error(0)
	case Modified:
		s.Undeliverable, s.Annotations = get[bool](f, 1), get[Map](f, 2)
	}
	return s
}
