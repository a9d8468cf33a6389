locals {
  vaults = {
    platform = "kv" # the signing key; nobody reads it but the app's settings
    values   = "vs" # secret values of projects and outputs of environments
  }
}

resource "azurerm_key_vault" "this" {
  for_each = local.vaults

  name                = "${each.value}-${local.base}-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  tenant_id                     = local.tenant
  sku_name                      = "standard"
  rbac_authorization_enabled    = true
  purge_protection_enabled      = true
  soft_delete_retention_days    = 90
  public_network_access_enabled = !local.private || each.key == "platform" && length(local.deployers) > 0

  network_acls {
    bypass         = "AzureServices"
    default_action = local.private ? "Deny" : "Allow"
    ip_rules       = each.key == "platform" ? local.deployers : []
  }
}

locals {
  deployers = local.private ? var.network.deployer_addresses : []
}

# It signs secrets of runs, page tokens and events. It is made here, stands in no state and no plan, and stays the same until its
# version is raised.
resource "azurerm_key_vault_secret" "signing_key" {
  name         = "lazuli-signing-key"
  key_vault_id = azurerm_key_vault.this["platform"].id
  content_type = "base64"

  value_wo         = base64encode(join("", [uuid(), uuid(), uuid()]))
  value_wo_version = var.signing_key_version

  depends_on = [terraform_data.rights_settled]
}

# A right that was just given is not known everywhere.
resource "terraform_data" "rights_settled" {
  triggers_replace = azurerm_role_assignment.deployer.id

  provisioner "local-exec" {
    command     = "sleep \"$SECONDS_TO_WAIT\""
    environment = { SECONDS_TO_WAIT = var.settle_seconds }
  }
}
