package amqp

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Frame types.
const (
	FrameAMQP byte = 0
	FrameSASL byte = 1
)

const frameHeader = 8

// Header is what each side sends first: the protocol id (0 AMQP, 3 SASL) and version 1.0.0.
type Header [8]byte

// The two headers that Service Bus clients send.
var (
	HeaderAMQP = Header{'A', 'M', 'Q', 'P', 0, 1, 0, 0}
	HeaderSASL = Header{'A', 'M', 'Q', 'P', 3, 1, 0, 0}
)

// Frame is one frame as read. Body begins with a performative; an empty Body is a keepalive.
type Frame struct {
	Type    byte
	Channel uint16
	Body    []byte
}

// ReadFrame reads one frame of at most limit bytes. Body is fresh memory, so that values decoded from it may be kept.
func ReadFrame(r io.Reader, limit uint32) (Frame, error) {
	var head [frameHeader]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return Frame{}, err
	}
	size, body := binary.BigEndian.Uint32(head[:]), uint32(head[4])*4
	if size > limit || body < frameHeader || body > size {
		return Frame{}, fmt.Errorf("frame of %d bytes with its body at %d is not acceptable (limit %d)", size, body, limit)
	}
	rest := make([]byte, size-frameHeader)
	if _, err := io.ReadFull(r, rest); err != nil {
		return Frame{}, err
	}
	return Frame{Type: head[5], Channel: binary.BigEndian.Uint16(head[6:]), Body: rest[body-frameHeader:]}, nil
}

// AppendFrame appends a frame: the performative p, encoded by its Append method, and the payload that follows it.
func AppendFrame(dst []byte, kind byte, channel uint16, p Performative, payload []byte) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0, frameHeader/4, kind)
	dst = binary.BigEndian.AppendUint16(dst, channel)
	if p != nil {
		dst = p.Append(dst)
	}
	dst = append(dst, payload...)
	binary.BigEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	return dst
}
