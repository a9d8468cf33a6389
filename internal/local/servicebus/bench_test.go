package servicebus_test

import (
	"context"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

// BenchmarkSend sends one message after another; each waits until the one before is on the disk.
func BenchmarkSend(b *testing.B) {
	bus := open(b)
	s := bus.sender("plain")
	for b.Loop() {
		bus.check(s.SendMessage(context.Background(), &azservicebus.Message{Body: []byte("hello")}, nil))
	}
}

// BenchmarkSendParallel has senders share commits.
func BenchmarkSendParallel(b *testing.B) {
	bus := open(b)
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		s, err := bus.client.NewSender("plain", nil)
		for pb.Next() && err == nil {
			err = s.SendMessage(context.Background(), &azservicebus.Message{Body: []byte("hello")}, nil)
		}
		if err != nil {
			b.Error(err)
		}
	})
}

// BenchmarkReceiveComplete receives in hundreds and completes one after another.
func BenchmarkReceiveComplete(b *testing.B) {
	bus := open(b)
	fill(bus, b.N)
	r := bus.receiver("plain", nil)
	b.ResetTimer()
	for n := 0; n < b.N; {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		ms, err := r.ReceiveMessages(ctx, min(100, b.N-n), nil)
		bus.check(err)
		for _, m := range ms {
			bus.check(r.CompleteMessage(ctx, m, nil))
			n++
		}
		cancel()
	}
}

func fill(b *bus, n int) {
	s := b.sender("plain")
	for n > 0 {
		batch, err := s.NewMessageBatch(b.ctx, nil)
		b.check(err)
		for ; n > 0 && batch.NumMessages() < 1000; n-- {
			b.check(batch.AddMessage(&azservicebus.Message{Body: []byte("hello")}, nil))
		}
		b.check(s.SendMessageBatch(b.ctx, batch, nil))
	}
}
