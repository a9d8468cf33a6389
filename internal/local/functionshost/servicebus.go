package functionshost

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"

	"github.com/lazuli-platform/lazuli/internal/local/functionshost/envelope"
)

// busTimeout bounds each call to Service Bus that does not wait for messages: settle, renew, close.
const busTimeout = 30 * time.Second

// busClient holds the host's clientRetryOptions: of the transport, not of invocations.
var busClient = azservicebus.ClientOptions{
	RetryOptions: azservicebus.RetryOptions{MaxRetries: 3, RetryDelay: 800 * time.Millisecond, MaxRetryDelay: time.Minute},
}

// listener receives for one Service Bus function.
type listener struct {
	host      *Host
	function  *function
	client    *azservicebus.Client
	namespace string
	log       *slog.Logger
	failures  int // in a row; only the goroutine that runs the listener touches it
}

// settler is what receivers of queues, subscriptions and sessions have in common.
type settler interface {
	CompleteMessage(context.Context, *azservicebus.ReceivedMessage, *azservicebus.CompleteMessageOptions) error
	AbandonMessage(context.Context, *azservicebus.ReceivedMessage, *azservicebus.AbandonMessageOptions) error
}

// listen starts a listener for every function that is not an HTTP function, and returns what waits for them.
func (h *Host) listen(ctx context.Context) *sync.WaitGroup {
	var listening sync.WaitGroup
	for _, f := range h.index.functions {
		if f.disabled {
			continue
		}
		switch {
		case f.timer != nil:
			listening.Go(func() { newTimer(h, f).run(ctx) })
		case f.bus != nil:
			listening.Go(func() {
				if err := h.listenBus(ctx, f); err != nil {
					h.config.Logger.Error(fmt.Sprintf("The listener for function '%s' was unable to start.", f.name), "error", err)
				}
			})
		}
	}
	return &listening
}

// listenBus has a client of its own for each function, as the host does without cross-entity transactions; it
// returns when ctx has ended and everything received is settled.
func (h *Host) listenBus(ctx context.Context, f *function) error {
	client, namespace, err := h.newBusClient(f.bus.connection)
	if err != nil {
		return err
	}
	l := &listener{host: h, function: f, client: client, namespace: namespace, log: h.config.Logger.With("function", f.name)}
	if f.bus.sessions {
		l.runSessions(ctx)
	} else {
		l.run(ctx)
	}
	return l.bounded(ctx, client.Close)
}

func (h *Host) newBusClient(c connection) (*azservicebus.Client, string, error) {
	if c.namespace == "" {
		client, err := azservicebus.NewClientFromConnectionString(c.text, &busClient)
		if err != nil {
			// The SDK's error may quote the connection string, which holds a key.
			return nil, "", errors.New("the Service Bus connection string cannot be read")
		}
		_, rest, _ := strings.Cut(c.text, "://")
		namespace, _, _ := strings.Cut(rest, ";")
		return client, strings.TrimSuffix(namespace, "/"), nil
	}
	credential := h.config.Credential
	if credential == nil {
		var err error
		if credential, err = azidentity.NewDefaultAzureCredential(nil); err != nil {
			return nil, "", fmt.Errorf("find an identity for Service Bus: %w", err)
		}
	}
	client, err := azservicebus.NewClient(c.namespace, credential, &busClient)
	return client, c.namespace, err
}

// run receives until ctx ends; after an error it opens a new receiver, later and later.
func (l *listener) run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := l.receive(ctx); err != nil {
			l.pause(ctx, err)
		}
	}
}

// pause waits after a failure: 1 s, doubled each time, 30 s at most.
func (l *listener) pause(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	wait := min(time.Second<<min(l.failures, 5), 30*time.Second)
	l.failures++
	l.log.Warn("Service Bus cannot be received from; trying again", "error", err, "in", wait)
	sleep(ctx, wait)
}

func (l *listener) open() (*azservicebus.Receiver, error) {
	if bus := l.function.bus; bus.queue == "" {
		return l.client.NewReceiverForSubscription(bus.topic, bus.subscription, nil)
	}
	return l.client.NewReceiverForQueue(l.function.bus.queue, nil)
}

// receive handles messages, maxConcurrentCalls at a time, until receiving fails or ctx ends. What it has received
// is settled when it returns.
func (l *listener) receive(ctx context.Context) error {
	receiver, err := l.open()
	if err != nil {
		return err
	}
	slots := make(chan struct{}, max(1, int(l.host.file.Extensions.ServiceBus.MaxConcurrentCalls)))
	var handling sync.WaitGroup
	defer func() {
		handling.Wait()
		_ = l.bounded(ctx, receiver.Close) // the broker notices a receiver that is gone
	}()
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		free := 1 + takeFree(slots)
		messages, err := receiver.ReceiveMessages(ctx, free, nil)
		for range free - len(messages) {
			<-slots
		}
		if ctx.Err() != nil && len(messages) == 0 {
			return nil
		}
		for _, message := range messages {
			l.failures = 0
			handling.Go(func() {
				defer func() { <-slots }()
				l.handleLocked(ctx, receiver, message)
			})
		}
		if err != nil {
			return err
		}
	}
}

// takeFree takes every slot that is free now and returns how many there were.
func takeFree(slots chan struct{}) int {
	for taken := 0; ; taken++ {
		select {
		case slots <- struct{}{}:
		default:
			return taken
		}
	}
}

// handleLocked keeps the message's lock while the function runs.
func (l *listener) handleLocked(ctx context.Context, receiver *azservicebus.Receiver, message *azservicebus.ReceivedMessage) {
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	var keeper sync.WaitGroup
	keeper.Go(func() {
		l.keepLock(renewing, func() time.Time { return *message.LockedUntil }, func(ctx context.Context) error {
			return receiver.RenewMessageLock(ctx, message, nil)
		})
	})
	err := l.call(ctx, message)
	stop()
	keeper.Wait()
	l.settle(ctx, receiver, message, err)
}

// keepLock renews a lock when half of its time is over, for maxAutoLockRenewalDuration at most.
func (l *listener) keepLock(ctx context.Context, until func() time.Time, renew func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(l.host.file.Extensions.ServiceBus.MaxAutoLockRenewalDuration))
	defer cancel()
	for sleep(ctx, max(time.Until(until())/2, time.Second)) {
		err := l.bounded(ctx, renew)
		var busError *azservicebus.Error
		switch {
		case err == nil || ctx.Err() != nil:
		case errors.As(err, &busError) && busError.Code == azservicebus.CodeLockLost:
			l.log.Warn("The message's lock is lost; it may be handled twice", "error", err)
			return
		default:
			l.log.Warn("The message's lock could not be renewed; trying again", "error", err)
		}
	}
}

func (l *listener) call(ctx context.Context, message *azservicebus.ReceivedMessage) error {
	b := envelope.Binding{
		Name:      l.function.trigger.Name,
		Binary:    strings.EqualFold(l.function.trigger.DataType, "binary"),
		Namespace: l.namespace,
	}
	return l.host.invoke(ctx, l.function, func(sys envelope.Sys) []byte {
		return envelope.ServiceBus(b, message, sys, nil)
	})
}

// settle completes what succeeded and abandons what failed, at once and without a delay, as the host does.
func (l *listener) settle(ctx context.Context, receiver settler, message *azservicebus.ReceivedMessage, failure error) {
	err := l.bounded(ctx, func(ctx context.Context) error {
		if failure != nil {
			return receiver.AbandonMessage(ctx, message, nil)
		}
		return receiver.CompleteMessage(ctx, message, nil)
	})
	if err != nil {
		l.log.Warn("The message could not be settled; it comes again", "message", message.MessageID, "error", err)
	}
}

// bounded makes one call to Service Bus that outlives the end of ctx, but not busTimeout.
func (l *listener) bounded(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), busTimeout)
	defer cancel()
	return call(ctx)
}
