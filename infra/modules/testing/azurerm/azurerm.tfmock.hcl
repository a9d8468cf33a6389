# What Azure would answer, where what it is matters: ids that other resources take, and addresses that are outputs.

mock_resource "azurerm_storage_account" {
  defaults = {
    id                    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/mocked"
    primary_blob_endpoint = "https://mocked.blob.core.windows.net/"
  }
}

mock_resource "azurerm_key_vault" {
  defaults = {
    id        = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/mocked"
    vault_uri = "https://mocked.vault.azure.net/"
  }
}

mock_data "azurerm_client_config" {
  defaults = {
    tenant_id       = "33333333-3333-3333-3333-333333333333"
    subscription_id = "00000000-0000-0000-0000-000000000000"
    object_id       = "44444444-4444-4444-4444-444444444444"
    client_id       = "55555555-5555-5555-5555-555555555555"
  }
}

mock_resource "azurerm_container_registry" {
  defaults = {
    id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/mocked"
    login_server = "mocked.azurecr.io"
  }
}

mock_resource "azurerm_servicebus_namespace" {
  defaults = {
    id       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ServiceBus/namespaces/mocked"
    endpoint = "https://mocked.servicebus.windows.net:443/"
  }
}

mock_resource "azurerm_servicebus_queue" {
  defaults = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ServiceBus/namespaces/mocked/queues/mocked"
  }
}

mock_resource "azurerm_servicebus_queue_authorization_rule" {
  defaults = {
    primary_connection_string = "Endpoint=sb://mocked.servicebus.windows.net/;SharedAccessKeyName=application;SharedAccessKey=mocked"
  }
}

mock_resource "azurerm_redis_cache" {
  defaults = {
    id                 = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Cache/redis/mocked"
    hostname           = "mocked.redis.cache.windows.net"
    ssl_port           = 6380
    primary_access_key = "a+b="
  }
}

mock_resource "azurerm_postgresql_flexible_server" {
  defaults = {
    id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/mocked"
    fqdn = "mocked.postgres.database.azure.com"
  }
}

mock_resource "azurerm_mssql_server" {
  defaults = {
    id                          = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Sql/servers/mocked"
    fully_qualified_domain_name = "mocked.database.windows.net"
  }
}

mock_resource "azurerm_mssql_database" {
  defaults = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Sql/servers/mocked/databases/mocked"
  }
}

mock_resource "azurerm_service_plan" {
  defaults = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Web/serverFarms/mocked"
  }
}

mock_resource "azurerm_linux_web_app" {
  defaults = {
    id               = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Web/sites/mocked"
    default_hostname = "mocked.azurewebsites.net"
  }
}

mock_resource "azurerm_network_interface" {
  defaults = {
    id                 = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/networkInterfaces/mocked"
    private_ip_address = "10.64.48.4"
  }
}

mock_resource "azurerm_linux_virtual_machine" {
  defaults = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/mocked"
  }
}

mock_resource "azurerm_virtual_machine_run_command" {
  defaults = {
    instance_view = [{ output = "Linux mocked", exit_code = 0, end_time = "", error_message = "", execution_message = "", execution_state = "Succeeded", start_time = "" }]
  }
}

mock_data "azurerm_resources" {
  defaults = {
    resources = [{ id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/found", name = "found", type = "Microsoft.Compute/virtualMachines", location = "westeurope", resource_group_name = "rg-of-the-lab", tags = {} }]
  }
}

mock_resource "azurerm_dev_test_lab" {
  defaults = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.DevTestLab/labs/mocked"
  }
}

mock_resource "azurerm_dev_test_linux_virtual_machine" {
  defaults = {
    id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.DevTestLab/labs/mocked/virtualMachines/mocked"
    fqdn = "mocked.westeurope.cloudapp.azure.com"
  }
}

mock_resource "azurerm_user_assigned_identity" {
  defaults = {
    id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mocked"
    principal_id = "66666666-6666-6666-6666-666666666666"
    client_id    = "77777777-7777-7777-7777-777777777777"
  }
}

mock_resource "azurerm_kubernetes_cluster" {
  defaults = {
    id                    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/mocked"
    fqdn                  = "mocked.hcp.westeurope.azmk8s.io"
    private_fqdn          = "mocked.privatelink.westeurope.azmk8s.io"
    kube_admin_config_raw = "apiVersion: v1"
    kubelet_identity      = [{ object_id = "88888888-8888-8888-8888-888888888888", client_id = "99999999-9999-9999-9999-999999999999", user_assigned_identity_id = "" }]
  }
}

mock_data "azurerm_kubernetes_cluster" {
  defaults = {
    location        = "westeurope"
    oidc_issuer_url = "https://westeurope.oic.prod-aks.azure.com/mocked/"
  }
}

mock_resource "azurerm_key_vault_secret" {
  defaults = {
    id = "https://lazuli.vault.azure.net/secrets/mocked/0123456789abcdef0123456789abcdef"
  }
}

mock_data "azurerm_key_vault_secret" {
  defaults = {
    value = "opened"
    tags  = { project = "payments", environment = "dev", key = "PASSWORD" }
  }
}

mock_resource "azurerm_container_app_environment" {
  defaults = {
    id             = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.App/managedEnvironments/mocked"
    default_domain = "gentlesea.westeurope.azurecontainerapps.io"
  }
}

mock_resource "azurerm_resource_group" {
  defaults = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/mocked"
  }
}

mock_resource "azurerm_virtual_network" {
  defaults = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/mocked"
  }
}

mock_resource "azurerm_subnet" {
  defaults = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/mocked/subnets/mocked"
  }
}

mock_resource "azurerm_network_security_group" {
  defaults = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/mocked"
  }
}

mock_resource "azurerm_private_dns_zone" {
  defaults = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/mocked"
  }
}

mock_resource "azurerm_log_analytics_workspace" {
  defaults = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/mocked"
  }
}
