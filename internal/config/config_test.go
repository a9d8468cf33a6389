package config_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/config"
)

// whole is a complete set of settings for a laptop.
func whole() map[string]string {
	return map[string]string{
		"FUNCTIONS_CUSTOMHANDLER_PORT": "8081", "LAZULI_PUBLIC_URL": "http://localhost:7071",
		"LAZULI_SIGNING_KEY":              "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
		"LAZULI_TABLES_CONNECTION_STRING": "x", "LAZULI_SERVICE_BUS": "y",
		"LAZULI_DEVOPS_URL": "http://localhost:7071/devops/lazuli", "LAZULI_DEVOPS_PROJECT": "platform", "LAZULI_DEVOPS_PIPELINE": "1", "LAZULI_DEVOPS_TOKEN": "t",
		"LAZULI_IDENTITY_ISSUER": "http://localhost:7071/identity", "LAZULI_STATE_BACKEND": "local", "LAZULI_STATE_FOLDER": "/state",
	}
}

func load(t *testing.T, settings map[string]string) (config.Config, error) {
	t.Helper()
	for name := range whole() {
		t.Setenv(name, "")
	}
	for name, value := range settings {
		t.Setenv(name, value)
	}
	return config.Load()
}

func TestLoad_whole(t *testing.T) {
	c, err := load(t, whole())
	if err != nil || c.AuditDays != 400 || c.Audience != "lazuli" || len(c.Key()) != 32 || c.RequestsPerMinute != 1200 || c.Port != 8081 {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestLoad_azure(t *testing.T) {
	settings := whole()
	maps.Copy(settings, map[string]string{"LAZULI_TARGET": "azure", "LAZULI_AZURE_SUBSCRIPTION_ID": "x", "LAZULI_AZURE_ADDRESS_SPACE": "10.64.0.0/16",
		"LAZULI_AZURE_VAULT_ID": "/subscriptions/x/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/Lazuli", "LAZULI_VAULT_URL": "https://lazuli.vault.azure.net"})
	if c, err := load(t, settings); err != nil || c.Target != "azure" || c.AzureCluster != "" {
		t.Errorf("got %+v, %v", c, err)
	}
}

// What is wrong is named, so that the person who deploys knows where to look.
func TestLoad_namesWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct {
		change map[string]string
		says   string
	}{
		"short key":                 {map[string]string{"LAZULI_SIGNING_KEY": "c2hvcnQ="}, "LAZULI_SIGNING_KEY"},
		"no tables":                 {map[string]string{"LAZULI_TABLES_CONNECTION_STRING": ""}, "LAZULI_TABLES_ENDPOINT"},
		"two ways to the tables":    {map[string]string{"LAZULI_TABLES_ENDPOINT": "https://x"}, "exactly one"},
		"no service bus":            {map[string]string{"LAZULI_SERVICE_BUS": ""}, "LAZULI_SERVICE_BUS"},
		"a token for elsewhere":     {map[string]string{"LAZULI_DEVOPS_URL": "https://dev.azure.com/contoso"}, "loopback"},
		"a lookalike":               {map[string]string{"LAZULI_DEVOPS_URL": "https://localhost.example.com/x"}, "loopback"},
		"no folder":                 {map[string]string{"LAZULI_STATE_FOLDER": ""}, "LAZULI_STATE_FOLDER"},
		"unknown backend":           {map[string]string{"LAZULI_STATE_BACKEND": "etcd"}, "etcd"},
		"azurerm without account":   {map[string]string{"LAZULI_STATE_BACKEND": "azurerm"}, "LAZULI_STATE_ACCOUNT"},
		"half a gateway":            {map[string]string{"LAZULI_GATEWAY_AUDIENCE": "api://lazuli-functions"}, "LAZULI_GATEWAY_CLIENT"},
		"the other half":            {map[string]string{"LAZULI_GATEWAY_CLIENT": "gateway"}, "LAZULI_GATEWAY_AUDIENCE"},
		"one audience for both":     {map[string]string{"LAZULI_GATEWAY_CLIENT": "gateway", "LAZULI_GATEWAY_AUDIENCE": "lazuli"}, "must differ"},
		"loopback for the world":    {map[string]string{"LAZULI_WEBHOOK_LOOPBACK": "true", "LAZULI_PUBLIC_URL": "https://lazuli.example"}, "LAZULI_WEBHOOK_LOOPBACK"},
		"a limit below zero":        {map[string]string{"LAZULI_REQUESTS_PER_MINUTE": "-1"}, "LAZULI_REQUESTS_PER_MINUTE"},
		"another target":            {map[string]string{"LAZULI_TARGET": "moon"}, "LAZULI_TARGET"},
		"azure without a place":     {map[string]string{"LAZULI_TARGET": "azure"}, "LAZULI_AZURE_SUBSCRIPTION_ID"},
		"azure with two vaults":     {map[string]string{"LAZULI_TARGET": "azure", "LAZULI_AZURE_SUBSCRIPTION_ID": "x", "LAZULI_AZURE_VAULT_ID": "/x/vaults/one", "LAZULI_VAULT_URL": "https://two.vault.azure.net"}, "the same vault"},
		"a network that is none":    {map[string]string{"LAZULI_TARGET": "azure", "LAZULI_AZURE_SUBSCRIPTION_ID": "x", "LAZULI_AZURE_VAULT_ID": "/x/vaults/one", "LAZULI_AZURE_ADDRESS_SPACE": "10.0.0.0"}, "LAZULI_AZURE_ADDRESS_SPACE"},
		"a pipeline by name":        {map[string]string{"LAZULI_DEVOPS_PIPELINE": "deploy"}, "LAZULI_DEVOPS_PIPELINE"},
		"an audit log that is lost": {map[string]string{"LAZULI_AUDIT_DAYS": "29"}, "LAZULI_AUDIT_DAYS"},
		"an audit log for ever":     {map[string]string{"LAZULI_AUDIT_DAYS": "ever"}, "LAZULI_AUDIT_DAYS"},
	} {
		t.Run(name, func(t *testing.T) {
			settings := whole()
			maps.Copy(settings, test.change)
			if _, err := load(t, settings); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want it to name %q", err, test.says)
			}
		})
	}
}
