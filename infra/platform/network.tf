# Private networking, where it is asked for: everything but the gateway and the portal has a private address and no other.

locals {
  # A sixteenth of the address space each: of a /23 that is a /27, which Azure wants at least.
  subnets = {
    endpoints = { number = 0, delegation = null, outbound = false }
    functions = { number = 1, delegation = "Microsoft.App/environments", outbound = true }
    gateway   = { number = 2, delegation = "Microsoft.Web/serverFarms", outbound = true }
  }

  endpoints = local.private ? {
    app        = { id = azurerm_function_app_flex_consumption.this.id, part = "sites", zone = "privatelink.azurewebsites.net" }
    bus        = { id = azurerm_servicebus_namespace.this.id, part = "namespace", zone = "privatelink.servicebus.windows.net" }
    vault      = { id = azurerm_key_vault.this["platform"].id, part = "vault", zone = "privatelink.vaultcore.azure.net" }
    values     = { id = azurerm_key_vault.this["values"].id, part = "vault", zone = "privatelink.vaultcore.azure.net" }
    tables     = { id = azurerm_storage_account.this["tables"].id, part = "table", zone = "privatelink.table.core.windows.net" }
    host-blobs = { id = azurerm_storage_account.this["host"].id, part = "blob", zone = "privatelink.blob.core.windows.net" }
    states     = { id = azurerm_storage_account.this["state"].id, part = "blob", zone = "privatelink.blob.core.windows.net" }
  } : {}
}

resource "azurerm_virtual_network" "this" {
  count = local.private ? 1 : 0

  name                = "vnet-${local.base}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  address_space       = [var.network.address_space]
  tags                = local.tags
}

resource "azurerm_subnet" "this" {
  for_each = local.private ? local.subnets : {}

  name                              = each.key
  resource_group_name               = azurerm_resource_group.this.name
  virtual_network_name              = azurerm_virtual_network.this[0].name
  address_prefixes                  = [cidrsubnet(var.network.address_space, 4, each.value.number)]
  default_outbound_access_enabled   = each.value.outbound
  private_endpoint_network_policies = "Enabled"

  dynamic "delegation" {
    for_each = each.value.delegation == null ? [] : [each.value.delegation]

    content {
      name = "delegation"

      service_delegation {
        name    = delegation.value
        actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
      }
    }
  }
}

resource "azurerm_network_security_group" "this" {
  count = local.private ? 1 : 0

  name                = "nsg-${local.base}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
}

resource "azurerm_subnet_network_security_group_association" "this" {
  for_each = azurerm_subnet.this

  subnet_id                 = each.value.id
  network_security_group_id = azurerm_network_security_group.this[0].id
}

resource "azurerm_private_dns_zone" "this" {
  for_each = toset([for endpoint in values(local.endpoints) : endpoint.zone])

  name                = each.key
  resource_group_name = azurerm_resource_group.this.name
  tags                = local.tags
}

resource "azurerm_private_dns_zone_virtual_network_link" "this" {
  for_each = azurerm_private_dns_zone.this

  name                 = local.base
  private_dns_zone_id  = each.value.id
  virtual_network_id   = azurerm_virtual_network.this[0].id
  registration_enabled = false
  tags                 = local.tags
}

resource "azurerm_private_endpoint" "this" {
  for_each = local.endpoints

  name                = "pe-${local.base}-${each.key}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  subnet_id           = azurerm_subnet.this["endpoints"].id
  tags                = local.tags

  private_service_connection {
    name                           = each.value.part
    private_connection_resource_id = each.value.id
    subresource_names              = [each.value.part]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = each.value.part
    private_dns_zone_ids = [azurerm_private_dns_zone.this[each.value.zone].id]
  }
}
