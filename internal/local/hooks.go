package local

import (
	"context"
	"fmt"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

// hooksQueue is where Azure DevOps sends events; infra/platform/servicebus.json has it.
const hooksQueue = "hooks"

// subscribe gives Azure DevOps what its service hooks need: a connection to Service Bus of its own, by AMQP as in Azure.
func (p *Platform) subscribe() (func(context.Context, []byte) error, error) {
	if p.cfg.NoHooks {
		return nil, nil
	}
	client, err := azservicebus.NewClientFromConnectionString(p.busConnection, &azservicebus.ClientOptions{ApplicationID: "azure-devops",
		RetryOptions: azservicebus.RetryOptions{MaxRetries: 1, RetryDelay: 100 * time.Millisecond}})
	if err != nil {
		return nil, fmt.Errorf("connect the service hooks to Service Bus: %w", err)
	}
	p.onClose(client.Close)
	sender, err := client.NewSender(hooksQueue, nil)
	if err != nil {
		return nil, fmt.Errorf("connect the service hooks to Service Bus: %w", err)
	}
	return func(ctx context.Context, event []byte) error {
		return sender.SendMessage(ctx, &azservicebus.Message{Body: event, ContentType: to.Ptr("application/json")}, nil)
	}, nil
}
