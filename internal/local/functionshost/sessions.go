package functionshost

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

// runSessions holds up to maxConcurrentSessions sessions at a time and handles the messages of each in order,
// one at a time, until ctx ends.
func (l *listener) runSessions(ctx context.Context) {
	var workers sync.WaitGroup
	for range max(1, int(l.host.file.Extensions.ServiceBus.MaxConcurrentSessions)) {
		worker := *l // each counts its own failures
		workers.Go(func() {
			for ctx.Err() == nil {
				if err := worker.serveNextSession(ctx); err != nil {
					worker.pause(ctx, err)
				}
			}
		})
	}
	workers.Wait()
}

func (l *listener) acceptNext(ctx context.Context) (*azservicebus.SessionReceiver, error) {
	if bus := l.function.bus; bus.queue == "" {
		return l.client.AcceptNextSessionForSubscription(ctx, bus.topic, bus.subscription, nil)
	}
	return l.client.AcceptNextSessionForQueue(ctx, l.function.bus.queue, nil)
}

// serveNextSession waits for a session with messages and serves it until it has been silent for
// sessionIdleTimeout, so that others get their turn.
func (l *listener) serveNextSession(ctx context.Context) error {
	session, err := l.acceptNext(ctx)
	var busError *azservicebus.Error
	switch {
	case errors.As(err, &busError) && busError.Code == azservicebus.CodeTimeout:
		return nil // no session has messages
	case err != nil:
		return err
	}
	l.failures = 0
	log := l.log.With("session", session.SessionID())
	log.Debug("Session accepted")
	defer func() {
		_ = l.bounded(ctx, session.Close) // the broker notices a receiver that is gone
		log.Debug("Session left")
	}()
	for {
		message, err := l.nextInSession(ctx, session)
		if message == nil {
			return err
		}
		// Each message has its own maxAutoLockRenewalDuration; between messages the idle time is short.
		handling, handled := context.WithCancel(context.WithoutCancel(ctx))
		var keeper sync.WaitGroup
		keeper.Go(func() {
			l.keepLock(handling, session.LockedUntil, func(ctx context.Context) error { return session.RenewSessionLock(ctx, nil) })
		})
		failure := l.call(ctx, message)
		handled()
		keeper.Wait()
		l.settle(ctx, session, message, failure)
	}
}

// nextInSession returns nil, nil when the session has been silent for too long or ctx has ended.
func (l *listener) nextInSession(ctx context.Context, session *azservicebus.SessionReceiver) (*azservicebus.ReceivedMessage, error) {
	idle := min(time.Duration(l.host.file.Extensions.ServiceBus.SessionIdleTimeout), time.Until(session.LockedUntil())*3/4)
	waiting, cancel := context.WithTimeout(ctx, idle)
	defer cancel()
	messages, err := session.ReceiveMessages(waiting, 1, nil)
	if len(messages) > 0 {
		return messages[0], nil
	}
	if waiting.Err() != nil {
		return nil, nil
	}
	return nil, err
}
