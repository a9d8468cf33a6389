package tablestore

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"
)

// connect chooses how to sign in: tokens to anything that is not this machine, a key to nothing else.
func connect(config Config, options *aztables.ClientOptions) (*aztables.ServiceClient, error) {
	switch {
	case (config.Endpoint == "") == (config.ConnectionString == ""):
		return nil, errors.New("set exactly one of the tables' endpoint and connection string")
	case config.ConnectionString != "":
		if err := checkLoopback(config.ConnectionString); err != nil {
			return nil, err
		}
		return aztables.NewServiceClientFromConnectionString(config.ConnectionString, options)
	}
	address, err := url.Parse(config.Endpoint)
	if err != nil || address.Scheme != "https" || address.Host == "" {
		return nil, fmt.Errorf("the endpoint %q is not an https address such as https://account.table.core.windows.net; tokens are sent over nothing else", config.Endpoint)
	}
	if config.Credential == nil {
		if config.Credential, err = azidentity.NewDefaultAzureCredential(nil); err != nil {
			return nil, fmt.Errorf("find an Azure credential: %w", err)
		}
	}
	return aztables.NewServiceClient(config.Endpoint, config.Credential, options)
}

// checkLoopback refuses a shared key that would leave this machine. The error never repeats the key. It reads the setting as
// the SDK does, exact in case and the last one wins: otherwise one address would be checked and another one used.
func checkLoopback(connection string) error {
	endpoint := ""
	for _, setting := range strings.Split(connection, ";") {
		if name, text, found := strings.Cut(setting, "="); found && name == "TableEndpoint" {
			endpoint = text
		}
	}
	address, err := url.Parse(endpoint)
	if endpoint == "" || err != nil {
		return errors.New("the connection string has no TableEndpoint with an address of this machine; to reach Azure, set the endpoint instead and sign in with an identity")
	}
	host := address.Hostname()
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("the connection string leads to %s, which is not this machine; account keys are for local stand-ins only. Set the endpoint instead and sign in with an identity", address.Host)
	}
	if host == "localhost" && address.Port() == "8902" {
		return errors.New("localhost:8902 is taken for Cosmos DB by the SDK, which then speaks another dialect; use 127.0.0.1 or another port")
	}
	return nil
}
