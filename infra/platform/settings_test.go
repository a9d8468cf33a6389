package platform_test

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/lazuli-platform/lazuli/internal/config"
)

// text is an object of texts.
func text(pairs ...string) cty.Value {
	values := map[string]cty.Value{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = cty.StringVal(pairs[i+1])
	}
	return cty.ObjectVal(values)
}

func object(pairs ...any) cty.Value {
	values := map[string]cty.Value{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i].(string)] = pairs[i+1].(cty.Value)
	}
	return cty.ObjectVal(values)
}

// azure is what the settings refer to, as Azure answers: addresses with a slash at their end, ids, and names.
func azure() *hcl.EvalContext {
	toString := function.New(&function.Spec{Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType}}, Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return convert.Convert(args[0], cty.String) }})
	none := cty.NullVal(cty.String)
	return &hcl.EvalContext{
		Functions: map[string]function.Function{"join": stdlib.JoinFunc, "trimsuffix": stdlib.TrimSuffixFunc, "coalesce": stdlib.CoalesceFunc, "tostring": toString},
		Variables: map[string]cty.Value{
			"local": text("public_url", "https://apim.azure-api.net", "issuer", "https://login.microsoftonline.com/3333/v2.0", "tenant", "3333"),
			"var": object(
				"devops", object("url", cty.StringVal("https://dev.azure.com/contoso"), "project", cty.StringVal("platform"), "pipeline", cty.NumberIntVal(7)),
				"entra", text("api", "aaaa", "functions", "cccc", "portal", "bbbb"),
				"handler", object("webhook_hosts", cty.ListValEmpty(cty.String), "requests_per_minute", cty.NumberIntVal(1200), "audit_days", cty.NumberIntVal(400), "log_level", cty.StringVal("info")),
				"target", object("subscription_id", none, "cluster_id", cty.StringVal(""), "address_space", cty.StringVal("")),
				"subscription_id", cty.StringVal("0000"), "location", cty.StringVal("westeurope")),
			"azurerm_key_vault":               object("this", object("platform", text("vault_uri", "https://kv.vault.azure.net/"), "values", text("vault_uri", "https://vs.vault.azure.net/", "id", "/subscriptions/0/vaults/vs"))),
			"azurerm_key_vault_secret":        object("signing_key", text("name", "lazuli-signing-key")),
			"azurerm_storage_account":         object("this", object("tables", text("primary_table_endpoint", "https://st.table.core.windows.net/"), "state", text("name", "sts"))),
			"azurerm_storage_container":       object("this", object("environments", text("name", "environments"))),
			"azurerm_servicebus_namespace":    object("this", text("name", "sb")),
			"azurerm_user_assigned_identity":  object("this", object("gateway", text("client_id", "7777"))),
			"azurerm_log_analytics_workspace": object("this", text("id", "/subscriptions/0/workspaces/log")),
		},
	}
}

// The handler starts with what Azure sets, and with what the host adds to it.
func TestSettings_load(t *testing.T) {
	value, diagnostics := local(t, "handler_settings").Value(azure())
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	for _, line := range os.Environ() {
		if name, _, _ := strings.Cut(line, "="); strings.HasPrefix(name, "LAZULI_") {
			t.Setenv(name, "")
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, setting := range value.AsValueMap() {
		t.Setenv(name, setting.AsString())
	}
	t.Setenv("FUNCTIONS_CUSTOMHANDLER_PORT", "8081")
	if _, err := config.Load(); err == nil || !strings.Contains(err.Error(), "LAZULI_SIGNING_KEY") {
		t.Errorf("with a reference to the signing key that App Service did not resolve it says %v", err)
	}
	if got := os.Getenv("LAZULI_SIGNING_KEY"); got != "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/lazuli-signing-key)" {
		t.Errorf("the reference to the signing key is %q", got)
	}
	// As vaults.tf makes it: three times 36 characters of a UUID.
	t.Setenv("LAZULI_SIGNING_KEY", base64.StdEncoding.EncodeToString([]byte(strings.Repeat("01234567-89ab-cdef-0123-456789abcdef", 3))))
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.TablesEndpoint != "https://st.table.core.windows.net" || c.ServiceBusNamespace != "sb.servicebus.windows.net" || c.VaultURL != "https://vs.vault.azure.net" || c.DevOpsPipeline != 7 ||
		c.Target != "azure" || c.AzureSubscription != "0000" || c.StateAccount != "sts" || len(c.WebhookHosts) != 0 || c.GatewayAudience != "cccc" || c.Audience != "aaaa" {
		t.Errorf("the handler reads %+v", c)
	}
}
