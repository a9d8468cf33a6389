package tables_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
)

// BenchmarkInsert measures durable inserts through the SDK and a socket, by one writer and by many at once.
func BenchmarkInsert(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			c := start(b).table("bench")
			var next atomic.Int64
			b.SetParallelism((writers + 1) / 2) // times GOMAXPROCS
			if writers == 1 {
				for b.Loop() {
					insertNext(b, c, &next)
				}
			} else {
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						insertNext(b, c, &next)
					}
				})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inserts/s")
		})
	}
}

func insertNext(b *testing.B, c *aztables.Client, next *atomic.Int64) {
	n := next.Add(1)
	if _, err := c.AddEntity(context.Background(), row(b, "p", fmt.Sprintf("%09d", n), "Title", "a row of usual size", "N", n), nil); err != nil {
		b.Error(err)
	}
}
