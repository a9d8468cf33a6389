package amqp

// orNil is nil, which a composite writes as null, for the zero value of v.
func orNil[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// value is nil for a nil pointer, else what p points to.
func value[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// mapOrNil is nil for an empty map.
func mapOrNil(m Map) any {
	if len(m) == 0 {
		return nil
	}
	return m
}

// Append implements Performative.
func (o *Open) Append(dst []byte) []byte {
	return AppendComposite(dst, codeOpen, o.ContainerID, orNil(o.Hostname), o.MaxFrameSize, o.ChannelMax, orNil(o.IdleTimeout))
}

// Append implements Performative.
func (b *Begin) Append(dst []byte) []byte {
	return AppendComposite(dst, codeBegin, value(b.RemoteChannel), b.NextOutgoingID, b.IncomingWindow, b.OutgoingWindow, b.HandleMax)
}

// Append implements Performative.
func (a *Attach) Append(dst []byte) []byte {
	return AppendComposite(dst, codeAttach, a.Name, a.Handle, a.Receiver, value(a.SenderSettleMode), value(a.ReceiverSettleMode),
		a.Source.source(), a.Target.target(), nil, nil, value(a.InitialDeliveryCount), orNil(a.MaxMessageSize), nil, nil, mapOrNil(a.Properties))
}

func (t *Terminus) source() any {
	if t == nil {
		return nil
	}
	list := List{orNil(t.Address)}
	if len(t.Filter) > 0 {
		list = append(list, nil, nil, nil, nil, nil, nil, t.Filter)
	}
	return Described{uint64(codeSource), list}
}

func (t *Terminus) target() any {
	if t == nil {
		return nil
	}
	return Described{uint64(codeTarget), List{orNil(t.Address)}}
}

// Append implements Performative.
func (f *Flow) Append(dst []byte) []byte {
	return AppendComposite(dst, codeFlow, value(f.NextIncomingID), f.IncomingWindow, f.NextOutgoingID, f.OutgoingWindow,
		value(f.Handle), value(f.DeliveryCount), value(f.LinkCredit), nil, orNil(f.Drain), orNil(f.Echo))
}

// Append implements Performative.
func (t *Transfer) Append(dst []byte) []byte {
	var tag any
	if t.DeliveryTag != nil {
		tag = t.DeliveryTag
	}
	return AppendComposite(dst, codeTransfer, t.Handle, value(t.DeliveryID), tag, value(t.MessageFormat), t.Settled, t.More)
}

// Append implements Performative.
func (d *Disposition) Append(dst []byte) []byte {
	return AppendComposite(dst, codeDisposition, d.Receiver, d.First, d.Last, d.Settled, d.State.value())
}

// Append implements Performative.
func (d *Detach) Append(dst []byte) []byte {
	return AppendComposite(dst, codeDetach, d.Handle, d.Closed, d.Error.value())
}

// Append implements Performative.
func (e *End) Append(dst []byte) []byte { return AppendComposite(dst, codeEnd, e.Error.value()) }

// Append implements Performative.
func (c *Close) Append(dst []byte) []byte { return AppendComposite(dst, codeClose, c.Error.value()) }

func (e *Error) value() any {
	if e == nil {
		return nil
	}
	return Described{uint64(codeError), List{e.Condition, e.Description, mapOrNil(e.Info)}}
}

// Append implements Performative.
func (s *SASLMechanisms) Append(dst []byte) []byte {
	array := NewArray(Symbol(""))
	for _, m := range s.Mechanisms {
		array.Items = append(array.Items, m)
	}
	return AppendComposite(dst, codeSASLMechanisms, array)
}

// Append implements Performative.
func (s *SASLInit) Append(dst []byte) []byte {
	return AppendComposite(dst, codeSASLInit, s.Mechanism)
}

// Append implements Performative.
func (s *SASLOutcome) Append(dst []byte) []byte {
	return AppendComposite(dst, codeSASLOutcome, s.Code)
}
