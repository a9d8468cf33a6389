package config

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"strings"

	"github.com/kelseyhightower/envconfig"
)

// Config holds every setting. Names in the environment begin with LAZULI_.
type Config struct {
	// Port is where the Functions host expects the handler; the host sets it.
	Port int `envconfig:"FUNCTIONS_CUSTOMHANDLER_PORT" required:"true"`
	// PublicURL is where callers reach the API, without path.
	PublicURL string `envconfig:"LAZULI_PUBLIC_URL" required:"true"`
	// SigningKey signs run secrets and page tokens: at least 32 bytes in base64. In Azure a reference to Key Vault.
	SigningKey string `envconfig:"LAZULI_SIGNING_KEY" required:"true"`

	// Tables: an endpoint, used with the identity of the app; or, for loopback alone, a connection string with a key.
	TablesEndpoint   string `envconfig:"LAZULI_TABLES_ENDPOINT"`
	TablesConnection string `envconfig:"LAZULI_TABLES_CONNECTION_STRING"`
	// ServiceBus likewise. The names are those that the host looks under for the connection LAZULI_SERVICE_BUS.
	ServiceBusNamespace  string `envconfig:"LAZULI_SERVICE_BUS__FULLYQUALIFIEDNAMESPACE"`
	ServiceBusConnection string `envconfig:"LAZULI_SERVICE_BUS"`

	// DevOps: the organisation, and the pipeline that carries operations out. A token is for loopback alone.
	DevOpsURL      string `envconfig:"LAZULI_DEVOPS_URL" required:"true"`
	DevOpsProject  string `envconfig:"LAZULI_DEVOPS_PROJECT" required:"true"`
	DevOpsPipeline int    `envconfig:"LAZULI_DEVOPS_PIPELINE" required:"true"`
	DevOpsToken    string `envconfig:"LAZULI_DEVOPS_TOKEN"`

	// Identity: who issues the tokens of callers, and for whom.
	Issuer   string `envconfig:"LAZULI_IDENTITY_ISSUER" required:"true"`
	Audience string `envconfig:"LAZULI_IDENTITY_AUDIENCE" default:"lazuli"`
	Tenant   string `envconfig:"LAZULI_IDENTITY_TENANT"`

	// Gateway: the audience of the gateway's own tokens, and its client id; both or none. With them nobody but the gateway is
	// answered, and it says who the user is.
	GatewayAudience string `envconfig:"LAZULI_GATEWAY_AUDIENCE"`
	GatewayClient   string `envconfig:"LAZULI_GATEWAY_CLIENT"`

	// Vault: where secret values go, with or without {scope}, and written with the identity of the app; a token is for loopback
	// alone. Without an address secrets are refused.
	VaultURL   string `envconfig:"LAZULI_VAULT_URL"`
	VaultToken string `envconfig:"LAZULI_VAULT_TOKEN"`

	// WebhookHosts are whom events may be delivered to: hooks.example.com, or *.example.com for all beneath it; nobody if empty.
	// WebhookLoopback takes receivers on this machine too; it is for laptops.
	WebhookHosts    []string `envconfig:"LAZULI_WEBHOOK_HOSTS"`
	WebhookLoopback bool     `envconfig:"LAZULI_WEBHOOK_LOOPBACK"`

	// Catalog and Modules are folders of the package, relative to the app's root.
	Catalog string `envconfig:"LAZULI_CATALOG" default:"catalog"`
	Modules string `envconfig:"LAZULI_MODULES" default:"modules"`

	// Prices is the price sheet, a file of the package; empty for none. Region is where environments are whose type names none.
	Prices string `envconfig:"LAZULI_PRICES" default:"catalog/prices/azure-retail-prices.json"`
	Region string `envconfig:"LAZULI_REGION" default:"westeurope"`

	// AuditDays is for how many days the audit log is kept.
	AuditDays int `envconfig:"LAZULI_AUDIT_DAYS" default:"400"`

	// State is where Terraform keeps the state of environments: "local" with a folder, or "azurerm" with account and container.
	StateBackend   string `envconfig:"LAZULI_STATE_BACKEND" required:"true"`
	StateFolder    string `envconfig:"LAZULI_STATE_FOLDER"`
	StateAccount   string `envconfig:"LAZULI_STATE_ACCOUNT"`
	StateContainer string `envconfig:"LAZULI_STATE_CONTAINER"`

	// Target is what the installation builds on: "local", or "azure" with a subscription and a vault for what is secret. The others
	// are resource ids too, and may be empty: a Log Analytics workspace for all environments, a cluster for workloads of the class aks.
	Target            string `envconfig:"LAZULI_TARGET" default:"local"`
	AzureSubscription string `envconfig:"LAZULI_AZURE_SUBSCRIPTION_ID"`
	AzureVault        string `envconfig:"LAZULI_AZURE_VAULT_ID"`
	AzureWorkspace    string `envconfig:"LAZULI_AZURE_WORKSPACE_ID"`
	AzureCluster      string `envconfig:"LAZULI_AZURE_CLUSTER_ID"`
	AzureAddressSpace string `envconfig:"LAZULI_AZURE_ADDRESS_SPACE"`

	// RequestsPerMinute is what one caller may send to one instance of the handler; 0 switches the limit off. The gateway has one
	// of its own. Nobody types or clicks twenty requests a second: this stops loops, not people.
	RequestsPerMinute int `envconfig:"LAZULI_REQUESTS_PER_MINUTE" default:"1200"`

	LogLevel string `envconfig:"LAZULI_LOG_LEVEL" default:"info"`
}

// minAuditDays keeps a slip from throwing the audit log away.
const minAuditDays = 30

// Load reads and checks the settings. The error names the setting and says what to put there.
func Load() (Config, error) {
	var c Config
	if err := envconfig.Process("", &c); err != nil {
		return Config{}, fmt.Errorf("read settings: %w", err)
	}
	return c, c.check()
}

// Key is the decoded signing key.
func (c Config) Key() []byte {
	key, _ := base64.StdEncoding.DecodeString(c.SigningKey) // Load has checked it
	return key
}

func (c Config) check() error {
	if key, err := base64.StdEncoding.DecodeString(c.SigningKey); err != nil || len(key) < 32 {
		return fmt.Errorf("setting LAZULI_SIGNING_KEY must be at least 32 bytes in base64")
	}
	if (c.TablesEndpoint == "") == (c.TablesConnection == "") {
		return fmt.Errorf("set exactly one of LAZULI_TABLES_ENDPOINT and LAZULI_TABLES_CONNECTION_STRING")
	}
	if (c.ServiceBusNamespace == "") == (c.ServiceBusConnection == "") {
		return fmt.Errorf("set exactly one of LAZULI_SERVICE_BUS__FULLYQUALIFIEDNAMESPACE and LAZULI_SERVICE_BUS")
	}
	if c.DevOpsToken != "" && !isLoopback(c.DevOpsURL) {
		return fmt.Errorf("setting LAZULI_DEVOPS_TOKEN is for loopback addresses alone: elsewhere the app's own identity is used")
	}
	if c.VaultToken != "" && !isLoopback(c.VaultURL) {
		return fmt.Errorf("setting LAZULI_VAULT_TOKEN is for loopback addresses alone: elsewhere the app's own identity is used")
	}
	if (c.GatewayAudience == "") != (c.GatewayClient == "") {
		return fmt.Errorf("set both of LAZULI_GATEWAY_AUDIENCE and LAZULI_GATEWAY_CLIENT, or none")
	}
	if c.GatewayAudience == c.Audience {
		return fmt.Errorf("setting LAZULI_GATEWAY_AUDIENCE must differ from LAZULI_IDENTITY_AUDIENCE: a user's token must not pass for the gateway's")
	}
	if c.WebhookLoopback && !isLoopback(c.PublicURL) {
		return fmt.Errorf("setting LAZULI_WEBHOOK_LOOPBACK is for a platform on a loopback address alone: elsewhere it would open the platform's own network")
	}
	if c.RequestsPerMinute < 0 {
		return fmt.Errorf("setting LAZULI_REQUESTS_PER_MINUTE must be 0, for no limit, or more")
	}
	if c.AuditDays < minAuditDays {
		return fmt.Errorf("setting LAZULI_AUDIT_DAYS must be at least %d", minAuditDays)
	}
	if err := c.checkTarget(); err != nil {
		return err
	}
	return c.checkState()
}

func (c Config) checkTarget() error {
	switch c.Target {
	case "local":
		return nil
	case "azure":
		if c.AzureSubscription == "" || c.AzureVault == "" {
			return fmt.Errorf("settings LAZULI_AZURE_SUBSCRIPTION_ID and LAZULI_AZURE_VAULT_ID are required with LAZULI_TARGET=azure")
		}
		if name := path.Base(c.AzureVault); c.VaultURL != "" && !strings.HasPrefix(c.VaultURL, "https://"+strings.ToLower(name)+".") {
			return fmt.Errorf("settings LAZULI_VAULT_URL and LAZULI_AZURE_VAULT_ID must mean the same vault: runs read from the one what the app wrote to the other")
		}
		if _, err := netip.ParsePrefix(c.AzureAddressSpace); c.AzureAddressSpace != "" && err != nil {
			return fmt.Errorf("setting LAZULI_AZURE_ADDRESS_SPACE must be a network, such as 10.64.0.0/16")
		}
		return nil
	}
	return fmt.Errorf("setting LAZULI_TARGET must be local or azure")
}

func (c Config) checkState() error {
	switch c.StateBackend {
	case "local":
		if c.StateFolder == "" {
			return fmt.Errorf("setting LAZULI_STATE_FOLDER is required with LAZULI_STATE_BACKEND=local")
		}
	case "azurerm":
		if c.StateAccount == "" || c.StateContainer == "" {
			return fmt.Errorf("settings LAZULI_STATE_ACCOUNT and LAZULI_STATE_CONTAINER are required with LAZULI_STATE_BACKEND=azurerm")
		}
	default:
		return fmt.Errorf("setting LAZULI_STATE_BACKEND must be local or azurerm, not %q", c.StateBackend)
	}
	return nil
}

func isLoopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := u.Hostname()
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}
