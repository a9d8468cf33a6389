package amqp_test

import (
	"bytes"
	"encoding/hex"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus/amqp"
)

// unhex reads bytes as the protocol's documents print them.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode_everyType(t *testing.T) {
	for encoded, want := range map[string]any{
		"40": nil, "41": true, "42": false, "5601": true, "5600": false,
		"50ff": uint8(255), "60ffff": uint16(math.MaxUint16), "51ff": int8(-1), "61fffe": int16(-2),
		"43": uint32(0), "52ff": uint32(255), "70ffffffff": uint32(math.MaxUint32),
		"44": uint64(0), "53ff": uint64(255), "80ffffffffffffffff": uint64(math.MaxUint64),
		"54fd": int32(-3), "7180000000": int32(math.MinInt32), "55fc": int64(-4), "818000000000000000": int64(math.MinInt64),
		"723f800000": float32(1), "823ff8000000000000": 1.5, "7300000041": amqp.Char('A'), "7401020304": amqp.Decimal("\x01\x02\x03\x04"),
		"83000001a2039f5010": amqp.Timestamp(0x1a2039f5010), "98ec13cd57cdc780a6d8c6b4769dd505a8": id(t),
		"a0020102": []byte{1, 2}, "b00000000101": []byte{1}, "a103616263": "abc", "b100000001c3": "\xc3", "a30161": amqp.Symbol("a"),
		"45": amqp.List{}, "c0040250 0140": amqp.List{uint8(1), nil}, "d0000000050000000141": amqp.List{true},
		"c10502a1016141":     amqp.Map{{Key: "a", Value: true}},
		"e0060260 0001 0002": amqp.Array{Code: 0x60, Items: []any{uint16(1), uint16(2)}},
		"00 5324 45":         amqp.Described{Descriptor: uint64(0x24), Value: amqp.List{}},
	} {
		got, rest, err := amqp.Decode(unhex(t, encoded))
		if err != nil || len(rest) != 0 {
			t.Errorf("%s: %v, %d bytes left", encoded, err, len(rest))
			continue
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(amqp.Array{})); diff != "" {
			t.Errorf("%s: %s", encoded, diff)
		}
	}
}

func id(t testing.TB) amqp.UUID { return amqp.UUID(unhex(t, "ec13cd57cdc780a6d8c6b4769dd505a8")) }

func TestUUID_tagIsInGUIDOrder(t *testing.T) {
	if got, want := id(t).GUID(), amqp.UUID(unhex(t, "57cd13ecc7cda680d8c6b4769dd505a8")); got != want {
		t.Errorf("tag is %v, not %v", got, want)
	}
	if got := id(t).GUID().GUID(); got != id(t) {
		t.Errorf("twice is %v", got)
	}
}

// Frames that clients of the service have sent, whole.
func TestParsePerformative_recordedFrames(t *testing.T) {
	channel, credit, handle := uint16(0), uint32(1), uint32(0)
	zero, two := uint32(0), uint32(2)
	for frame, want := range map[string]amqp.Performative{
		"00000025 02000000 005311 d00000001500000005 40 43 7000001388 7000001388 70fffffffe": &amqp.Begin{
			IncomingWindow: 5000, OutgoingWindow: 5000, HandleMax: math.MaxUint32 - 1},
		"00000025 02000002 005313 d00000001500000007 5201 7000001388 43 7000001388 43 43 5201": &amqp.Flow{
			NextIncomingID: &credit, IncomingWindow: 5000, OutgoingWindow: 5000, Handle: &handle, DeliveryCount: &zero, LinkCredit: &credit},
		"0000001c 02000002 005315 d00000000c00000005 41 43 40 40 00532445": &amqp.Disposition{
			Receiver: true, State: &amqp.State{Outcome: amqp.Accepted}},
		"0000008a 02000002 005315 d00000007a00000005 41 5201 40 40 005325 d00000006900000001" +
			"00531d d00000005d00000003 a319636f6d2e6d6963726f736f66743a646561642d6c6574746572 40" +
			"d10000003800000004 a110446561644c6574746572526561736f6e a10152 a11a446561644c65747465724572726f724465736372697074696f6e a10144": &amqp.Disposition{
			Receiver: true, First: 1, Last: 1, State: &amqp.State{Outcome: amqp.Rejected, Error: &amqp.Error{Condition: "com.microsoft:dead-letter",
				Info: amqp.Map{{Key: "DeadLetterReason", Value: "R"}, {Key: "DeadLetterErrorDescription", Value: "D"}}}}},
		"00000028 02000002 005313 d00000001800000009 5202 7000000800 43 70ffffffff 43 5201 5201 40 41": &amqp.Flow{
			NextIncomingID: &two, IncomingWindow: 2048, OutgoingWindow: math.MaxUint32, Handle: &handle, DeliveryCount: &credit, LinkCredit: &credit, Drain: true},
		"0000001f 02000000 005311 c01205 600000 5201 7000001388 7000001388 52ff": &amqp.Begin{
			RemoteChannel: &channel, NextOutgoingID: 1, IncomingWindow: 5000, OutgoingWindow: 5000, HandleMax: 255},
	} {
		b := unhex(t, frame)
		f, err := amqp.ReadFrame(bytes.NewReader(b), uint32(len(b)))
		if err != nil {
			t.Errorf("%s: %v", frame, err)
			continue
		}
		got, rest, err := amqp.ParsePerformative(f.Body)
		if err != nil || len(rest) != 0 {
			t.Errorf("%s: %v, %d bytes left", frame, err, len(rest))
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", frame, diff)
		}
		// What is written is read again as the same.
		again, _, err := amqp.ParsePerformative(got.Append(nil))
		if err != nil || !cmp.Equal(got, again) {
			t.Errorf("%s: written and read again: %v, %s", frame, err, cmp.Diff(got, again))
		}
	}
}

func TestReadFrame_refuses(t *testing.T) {
	for name, frame := range map[string]string{
		"too large":            "00010001 02000000",
		"smaller than itself":  "00000007 02000000",
		"body before the head": "00000008 01000000",
		"body after the end":   "00000008 03000000",
		"cut short":            "00000010 02000000 00",
	} {
		if f, err := amqp.ReadFrame(bytes.NewReader(unhex(t, frame)), 65536); err == nil {
			t.Errorf("%s: read as %+v", name, f)
		}
	}
}

func TestMessage_keepsWhatItDoesNotKnow(t *testing.T) {
	sent := unhex(t, "005372 c1 0a 02 a306 782d6f70742d 40"+ // an annotation without a value
		"005373 c00a 01 a107 6d2d676f2d3132"+ // a message id
		"005374 c115 04 a101 63 7300000041 a101 64 840102030405060708 "+ // a char and a decimal
		"005375 a003 010203 005375 a001 04"+ // two data sections
		"005378 c105 02 a101 66 41") // a footer
	m, err := amqp.ParseMessage(sent)
	if err != nil {
		t.Fatal(err)
	}
	again, err := amqp.ParseMessage(m.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	m.Header, again.Header = nil, nil // written even if empty
	if diff := cmp.Diff(m, again); diff != "" {
		t.Error(diff)
	}
	if data, err := m.Data(); err != nil || !cmp.Equal(data, [][]byte{{1, 2, 3}, {4}}) {
		t.Errorf("data %v, %v", data, err)
	}
	if m.Properties.Text(amqp.PropMessageID) != "m-go-12" {
		t.Errorf("message id %q", m.Properties.Text(amqp.PropMessageID))
	}
}

// No bytes make the decoder panic, and what it could read it can write and read again as the same.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"40", "005324d00000000c00000005414340400053", "e00602600001 0002", "f0000000090000000200532445", "c10502a1016141",
		"e0050200532445", "d1000000080000000241", "e0090298", "b0ffffffff", "c0ffff"} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, rest, err := amqp.Decode(b)
		if err != nil {
			return
		}
		if skipped, err := amqp.Skip(b); err != nil || len(skipped) != len(rest) {
			t.Fatalf("decoding leaves %d bytes, skipping %d (%v)", len(rest), len(skipped), err)
		}
		encoded := amqp.Append(nil, v)
		again, rest, err := amqp.Decode(encoded)
		if err != nil || len(rest) != 0 {
			t.Fatalf("%x was written as %x, which is not read: %v", b, encoded, err)
		}
		if twice := amqp.Append(nil, again); !bytes.Equal(encoded, twice) {
			t.Fatalf("%x was written as %x and then as %x", b, encoded, twice)
		}
	})
}

// Frames and messages of strangers are refused or read, never more.
func FuzzParse(f *testing.F) {
	f.Add(unhex(f, "005313d000000015000000075201700000138843700000138843435201"))
	f.Add(unhex(f, "005372d10000000400000000005373d00000000d00000001a10769642d676f2d31005375a00568656c6c6f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, _, err := amqp.ParsePerformative(b); err == nil {
			if _, _, err := amqp.ParsePerformative(p.Append(nil)); err != nil {
				t.Fatalf("%+v is not read again: %v", p, err)
			}
		}
		if m, err := amqp.ParseMessage(b); err == nil {
			if _, err := amqp.ParseMessage(m.Append(nil)); err != nil {
				t.Fatalf("%+v is not read again: %v", m, err)
			}
		}
	})
}
