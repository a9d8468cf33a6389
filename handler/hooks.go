package main

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/lazuli-platform/lazuli/internal/config"
	"github.com/lazuli-platform/lazuli/internal/platform"
	"github.com/lazuli-platform/lazuli/internal/webhook"
)

// hooks lets the platform deliver to web addresses. Nothing of a receiver's answer comes through but its status: what it says
// is the receiver's, and would be shown to people and logged.
type hooks struct{ sender *webhook.Sender }

// hooksFor is nil where no host is allowed.
func hooksFor(cfg config.Config) (platform.Hooks, error) {
	if len(cfg.WebhookHosts) == 0 && !cfg.WebhookLoopback {
		return nil, nil
	}
	sender, err := webhook.NewSender(webhook.Config{Hosts: cfg.WebhookHosts, Loopback: cfg.WebhookLoopback})
	if err != nil {
		return nil, err
	}
	return hooks{sender}, nil
}

func (h hooks) Check(address string) error { return h.sender.Check(address) }

func (h hooks) Post(ctx context.Context, address string, body []byte, secrets []string) (answer int, problem string) {
	m := webhook.Message{Address: address, ContentType: "application/cloudevents+json; charset=utf-8", Body: body}
	for i, secret := range secrets {
		if i == 0 {
			m.Secret = []byte(secret)
		} else {
			m.Also = append(m.Also, []byte(secret))
		}
	}
	err := h.sender.Deliver(ctx, m)
	var refusal *webhook.Refusal
	var timeout net.Error
	switch {
	case err == nil:
		return http.StatusOK, ""
	case errors.As(err, &refusal):
		return refusal.Status, "the receiver did not take it"
	case errors.Is(err, webhook.ErrAddress):
		return 0, "the address may not be delivered to"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return 0, "the receiver did not answer in time"
	}
	return 0, "the receiver could not be reached"
}
