package servicebus_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
	"github.com/google/go-cmp/cmp"

	"github.com/lazuli-platform/lazuli/internal/local/servicebus"
)

// serverFile makes the test binary a server with that file instead: the process that the crash test kills.
const serverFile = "LAZULI_TEST_SERVICE_BUS_FILE"

func TestMain(m *testing.M) {
	if file := os.Getenv(serverFile); file != "" {
		if err := serveUntilKilled(file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serveUntilKilled(file string) error {
	es, err := servicebus.ParseEntities([]byte(entities))
	if err != nil {
		return err
	}
	s, err := servicebus.Open(servicebus.Config{File: file, Entities: es, KeyName: "RootManageSharedAccessKey", Key: "SAS_KEY_VALUE", Now: time.Now, Logger: quiet})
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(s.ConnectionString(ln.Addr().String()))
	return s.Serve(context.Background(), ln)
}

// child starts a server process and returns its connection string and what kills it with signal 9.
func child(t *testing.T, file string) (connection string, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serverFile+"="+file)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	kill = func() {
		once.Do(func() {
			_ = cmd.Process.Kill() // it may have ended by itself; the wait tells nothing more
			_ = cmd.Wait()
		})
	}
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server process said nothing: %v", err)
	}
	return strings.TrimSpace(line), kill
}

// What was acknowledged before kill -9 is there after it, and what was completed is not, while both go on at full speed.
func TestKill_acknowledgedIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "servicebus.db")
	connection, kill := child(t, file)
	b := dial(t, connection)

	var mu sync.Mutex
	// A completion that was under way at the kill may have come to pass or not.
	sent, completing, completed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	var workers sync.WaitGroup
	for w := range 8 {
		workers.Go(func() {
			s, err := b.client.NewSender("plain", nil)
			for i := 0; err == nil; i++ {
				ctx, cancel := context.WithTimeout(b.ctx, time.Second)
				id := fmt.Sprintf("%d-%d", w, i)
				if err = s.SendMessage(ctx, &azservicebus.Message{MessageID: to.Ptr(id)}, nil); err == nil {
					mu.Lock()
					sent[id] = true
					mu.Unlock()
				}
				cancel()
			}
		})
	}
	enough := make(chan struct{})
	workers.Go(func() {
		r, err := b.client.NewReceiverForQueue("plain", nil)
		for n := 0; err == nil; {
			var ms []*azservicebus.ReceivedMessage
			ctx, cancel := context.WithTimeout(b.ctx, time.Second)
			ms, err = r.ReceiveMessages(ctx, 10, nil)
			for _, m := range ms {
				mu.Lock()
				completing[m.MessageID] = true
				mu.Unlock()
				if err = r.CompleteMessage(ctx, m, nil); err != nil {
					break
				}
				mu.Lock()
				completed[m.MessageID] = true
				mu.Unlock()
				if n++; n == 200 {
					close(enough)
				}
			}
			cancel()
		}
	})
	select {
	case <-enough:
	case <-b.ctx.Done():
		t.Fatal("200 messages were not completed in time")
	}
	kill()
	workers.Wait()

	connection, _ = start(t, file)
	b = dial(t, connection)
	found := map[string]bool{}
	r := b.receiver("plain", nil)
	for from := int64(1); ; {
		ms, err := r.PeekMessages(b.ctx, 250, &azservicebus.PeekMessagesOptions{FromSequenceNumber: &from})
		b.check(err)
		if len(ms) == 0 {
			break
		}
		for _, m := range ms {
			if found[m.MessageID] {
				t.Errorf("message %s is there twice", m.MessageID)
			}
			found[m.MessageID] = true
			from = *m.SequenceNumber + 1
		}
	}
	for id := range sent {
		if found[id] && completed[id] || !found[id] && !completing[id] {
			t.Errorf("message %s: completed %v, found %v", id, completed[id], found[id])
		}
	}
	t.Logf("%d sent, %d completed, %d found", len(sent), len(completed), len(found))
}

// Everything else that a queue remembers, step by step.
func TestKill_stateIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "servicebus.db")
	connection, kill := child(t, file)
	b := dial(t, connection)

	soon := time.Now().Add(2 * time.Second)
	b.sendMessage("plain", &azservicebus.Message{Body: []byte("scheduled"), ScheduledEnqueueTime: &soon})
	b.send("plain", "abandoned", "deferred", "dead", "locked")
	r := b.receiver("plain", nil)
	b.check(r.AbandonMessage(b.ctx, b.one(r), nil))
	held := b.one(r)
	later := b.one(r)
	b.check(r.DeferMessage(b.ctx, later, nil))
	b.check(r.DeadLetterMessage(b.ctx, b.one(r), nil))
	b.one(r)
	b.check(r.AbandonMessage(b.ctx, held, nil)) // for the second time, which is the limit
	b.sendMessage("once", &azservicebus.Message{MessageID: to.Ptr("seen")})
	s, err := b.client.AcceptSessionForQueue(b.ctx, "sessions", "s", nil)
	b.check(err)
	b.check(s.SetSessionState(b.ctx, []byte("half way"), nil))
	kill()

	connection, _ = start(t, file)
	b = dial(t, connection)
	r = b.receiver("plain", nil)
	m := b.one(r)
	if string(m.Body) != "locked" || m.DeliveryCount != 1 {
		t.Errorf("received %q with delivery count %d", m.Body, m.DeliveryCount)
	}
	b.check(r.CompleteMessage(b.ctx, m, nil))
	if m := b.one(r); string(m.Body) != "scheduled" || time.Now().Before(soon) {
		t.Errorf("received %q at %v, scheduled for %v", m.Body, time.Now(), soon)
	}
	ms, err := r.ReceiveDeferredMessages(b.ctx, []int64{*later.SequenceNumber}, nil)
	b.check(err)
	if got := bodies(ms); !cmp.Equal(got, []string{"deferred"}) {
		t.Errorf("deferred: %q", got)
	}
	dead, err := b.deadLetters("plain").PeekMessages(b.ctx, 10, nil)
	b.check(err)
	if got := bodies(dead); !cmp.Equal(got, []string{"dead", "abandoned"}) {
		t.Errorf("dead letters: %q", got)
	}
	b.sendMessage("once", &azservicebus.Message{MessageID: to.Ptr("seen")})
	seen, err := b.receiver("once", nil).PeekMessages(b.ctx, 10, nil)
	b.check(err)
	if len(seen) != 1 {
		t.Errorf("the id that was seen is there %d times", len(seen))
	}
	s, err = b.client.AcceptSessionForQueue(b.ctx, "sessions", "s", nil)
	b.check(err)
	if state, err := s.GetSessionState(b.ctx, nil); err != nil || string(state) != "half way" {
		t.Errorf("session state %q, %v", state, err)
	}
}
