package render

// AzureSettings say where in Azure an installation builds, and what it offers to all environments. Empty ones are left out.
type AzureSettings struct {
	Subscription string // its id
	Vault        string // resource id of the Key Vault that keeps secret outputs and values
	Workspace    string // resource id of a Log Analytics workspace for all; else each environment has its own
	Cluster      string // resource id of the AKS cluster that runs workloads of the class aks
	AddressSpace string // of an environment's own network
}

// azureProviders are the resource providers that the modules use. Azure wants each registered once in a subscription, and azurerm
// registers those that are not.
var azureProviders = []string{
	"Microsoft.App", "Microsoft.Cache", "Microsoft.Compute", "Microsoft.ContainerRegistry", "Microsoft.ContainerService",
	"Microsoft.DBforPostgreSQL", "Microsoft.DevTestLab", "Microsoft.Insights", "Microsoft.KeyVault", "Microsoft.ManagedIdentity",
	"Microsoft.Network", "Microsoft.OperationalInsights", "Microsoft.ServiceBus", "Microsoft.Sql", "Microsoft.Storage", "Microsoft.Web",
}

// Azure builds in a subscription, with the identity of whoever runs the engine.
func Azure(s AzureSettings) Target {
	settings := map[string]string{}
	for name, value := range map[string]string{
		"subscription_id": s.Subscription, "vault_id": s.Vault, "workspace_id": s.Workspace, "cluster_id": s.Cluster, "address_space": s.AddressSpace,
	} {
		if value != "" {
			settings[name] = value
		}
	}
	return Target{ // #nosec G101 -- names of modules, not credentials
		Folder:        "azure",
		Providers:     map[string]Provider{"azurerm": {Source: "hashicorp/azurerm", Version: "5.2.0", Configuration: azurermConfiguration}},
		Base:          "azure/environment",
		Settings:      settings,
		Secret:        "azure/vault-secret",
		ReadSecret:    "azure/vault-read",
		ResourceGraph: true,
	}
}

var azurermConfiguration = map[string]any{
	"subscription_id":                 `${lookup(var.azure_settings, "subscription_id", null)}`,
	"storage_use_azuread":             true, // accounts have no keys
	"resource_provider_registrations": "none",
	"resource_providers_to_register":  azureProviders,
	"features": map[string]any{
		// What is deleted can be brought back for as long as its owner chose: purging would need a right that nobody should have.
		"key_vault": map[string]any{"purge_soft_delete_on_destroy": false, "purge_soft_deleted_secrets_on_destroy": false},
		// The agent that deploys is outside the network that accounts are in.
		"storage": map[string]any{"data_plane_available": false},
	},
}
