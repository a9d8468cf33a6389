locals {
  public_url = var.gateway.host == null ? azurerm_api_management.this.gateway_url : "https://${var.gateway.host}"

  # What internal/config reads. A test holds the two together; what is for a laptop alone is not set.
  handler_settings = {
    LAZULI_PUBLIC_URL  = local.public_url
    LAZULI_SIGNING_KEY = "@Microsoft.KeyVault(SecretUri=${azurerm_key_vault.this["platform"].vault_uri}secrets/${azurerm_key_vault_secret.signing_key.name})"

    LAZULI_TABLES_ENDPOINT = trimsuffix(azurerm_storage_account.this["tables"].primary_table_endpoint, "/")
    # The host reads it too, in any case of letters; the handler in this one.
    LAZULI_SERVICE_BUS__FULLYQUALIFIEDNAMESPACE = "${azurerm_servicebus_namespace.this.name}.servicebus.windows.net"

    LAZULI_DEVOPS_URL      = var.devops.url
    LAZULI_DEVOPS_PROJECT  = var.devops.project
    LAZULI_DEVOPS_PIPELINE = tostring(var.devops.pipeline)

    LAZULI_IDENTITY_ISSUER   = local.issuer
    LAZULI_IDENTITY_AUDIENCE = var.entra.api
    LAZULI_IDENTITY_TENANT   = local.tenant
    LAZULI_GATEWAY_AUDIENCE  = var.entra.functions
    LAZULI_GATEWAY_CLIENT    = azurerm_user_assigned_identity.this["gateway"].client_id

    LAZULI_VAULT_URL     = trimsuffix(azurerm_key_vault.this["values"].vault_uri, "/")
    LAZULI_WEBHOOK_HOSTS = join(",", var.handler.webhook_hosts)

    LAZULI_STATE_BACKEND   = "azurerm"
    LAZULI_STATE_ACCOUNT   = azurerm_storage_account.this["state"].name
    LAZULI_STATE_CONTAINER = azurerm_storage_container.this["environments"].name

    LAZULI_TARGET                = "azure"
    LAZULI_AZURE_SUBSCRIPTION_ID = coalesce(var.target.subscription_id, var.subscription_id)
    LAZULI_AZURE_VAULT_ID        = azurerm_key_vault.this["values"].id
    LAZULI_AZURE_WORKSPACE_ID    = azurerm_log_analytics_workspace.this.id
    LAZULI_AZURE_CLUSTER_ID      = var.target.cluster_id
    LAZULI_AZURE_ADDRESS_SPACE   = var.target.address_space

    LAZULI_REGION              = var.location
    LAZULI_REQUESTS_PER_MINUTE = tostring(var.handler.requests_per_minute)
    LAZULI_AUDIT_DAYS          = tostring(var.handler.audit_days)
    LAZULI_LOG_LEVEL           = var.handler.log_level
  }

  # What the Functions host and the Azure SDK read.
  host_settings = {
    AZURE_CLIENT_ID                           = azurerm_user_assigned_identity.this["app"].client_id # azidentity: as whom the handler asks for tokens
    LAZULI_SERVICE_BUS__credential            = "managedidentity"                                    # the host's connection LAZULI_SERVICE_BUS
    LAZULI_SERVICE_BUS__clientId              = azurerm_user_assigned_identity.this["app"].client_id
    AzureWebJobsStorage__accountName          = azurerm_storage_account.this["host"].name # leases and timers
    AzureWebJobsStorage__credential           = "managedidentity"
    AzureWebJobsStorage__clientId             = azurerm_user_assigned_identity.this["app"].client_id
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "ClientId=${azurerm_user_assigned_identity.this["app"].client_id};Authorization=AAD" # no key
    AzureWebJobsDisableHomepage               = "true"
  }
}
