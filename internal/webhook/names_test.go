package webhook_test

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
)

// nameServer is a DNS server on a real socket that gives every name the addresses of answer, one after the other, over and over.
func nameServer(t *testing.T, answer ...string) *net.Resolver {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		c.Close()
		<-done
	})
	go func() {
		defer close(done)
		buffer := make([]byte, 1500)
		for next := 0; ; {
			n, from, err := c.ReadFrom(buffer)
			if err != nil {
				return
			}
			address := netip.MustParseAddr(answer[next%len(answer)])
			reply, answered := answerTo(buffer[:n], address)
			if answered {
				next++
			}
			_, _ = c.WriteTo(reply, from) // who has gone asks no more
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", c.LocalAddr().String())
	}}
}

// answerTo makes the reply to one question (RFC 1035): address, if its family is asked for.
func answerTo(query []byte, address netip.Addr) (reply []byte, answered bool) {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	end += 5 // the root label, type and class
	kind := uint16(1)
	if address.Is6() {
		kind = 28
	}
	answered = binary.BigEndian.Uint16(query[end-4:]) == kind
	reply = append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, query[12:end]...)
	if answered {
		reply[7] = 1
		reply = append(reply, 0xc0, 12, 0, byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(len(address.AsSlice())))
		reply = append(reply, address.AsSlice()...)
	}
	return reply, answered
}
