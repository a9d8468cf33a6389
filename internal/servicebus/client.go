package servicebus

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

func newClient(o Options) (*azservicebus.Client, error) {
	options := &azservicebus.ClientOptions{ApplicationID: "lazuli", RetryOptions: retries}
	switch {
	case o.ConnectionString != "" && o.Namespace != "":
		return nil, errors.New("a connection string and a namespace are set; set one of them")
	case o.ConnectionString != "":
		if err := checkLoopback(o.ConnectionString); err != nil {
			return nil, err
		}
		return azservicebus.NewClientFromConnectionString(o.ConnectionString, options)
	case o.Namespace == "" || o.Credential == nil:
		return nil, errors.New("no namespace with a credential is set, and no connection string")
	}
	return azservicebus.NewClient(o.Namespace, o.Credential, options)
}

// checkLoopback refuses connection strings of other hosts: they hold a key, and keys are for laptops. Its errors do
// not repeat the string.
func checkLoopback(connection string) error {
	found := false
	for part := range strings.SplitSeq(connection, ";") {
		name, value, _ := strings.Cut(part, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "Endpoint") {
			continue
		}
		found = true
		u, err := url.Parse(value)
		if err != nil {
			return errors.New("the endpoint of the connection string is not a URL")
		}
		host := u.Hostname()
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("a connection string is for a loopback address alone, and this one is for %q; give the namespace instead, and the app's identity a role on it", host)
		}
	}
	if !found {
		return errors.New("the connection string has no endpoint")
	}
	return nil
}
