resource "azurerm_virtual_network" "this" {
  name                = "vnet-${local.name}"
  resource_group_name = azurerm_resource_group.this.name
  location            = local.location
  address_space       = [var.settings.address_space]
  tags                = var.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

locals {
  # One subnet for each kind of tenant, because Azure gives some of them one of their own. Sixteen fit; the numbers never change.
  subnets = {
    endpoints  = { number = 0, delegation = null, action = null, outbound = false }
    apps       = { number = 1, delegation = "Microsoft.Web/serverFarms", action = "action", outbound = true }
    containers = { number = 2, delegation = "Microsoft.App/environments", action = "join/action", outbound = true }
    machines   = { number = 3, delegation = null, action = null, outbound = true }
    clusters   = { number = 4, delegation = null, action = null, outbound = true }
  }
}

resource "azurerm_subnet" "this" {
  for_each = local.subnets

  name                              = each.key
  resource_group_name               = azurerm_resource_group.this.name
  virtual_network_name              = azurerm_virtual_network.this.name
  address_prefixes                  = [cidrsubnet(var.settings.address_space, 4, each.value.number)]
  default_outbound_access_enabled   = each.value.outbound
  private_endpoint_network_policies = "Enabled" # the security group holds for private endpoints too

  dynamic "delegation" {
    for_each = each.value.delegation == null ? [] : [each.value.delegation]

    content {
      name = "delegation"

      service_delegation {
        name    = delegation.value
        actions = ["Microsoft.Network/virtualNetworks/subnets/${each.value.action}"]
      }
    }
  }
}

# Azure's own rules let the network in and nobody else; a group makes them hold.
resource "azurerm_network_security_group" "this" {
  name                = "nsg-${local.name}"
  resource_group_name = azurerm_resource_group.this.name
  location            = local.location
  tags                = var.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_subnet_network_security_group_association" "this" {
  for_each = toset(["endpoints", "machines"])

  subnet_id                 = azurerm_subnet.this[each.key].id
  network_security_group_id = azurerm_network_security_group.this.id
}

locals {
  # The names under which Azure answers inside a network, by the module whose resources are called so.
  zones = {
    "app-service"          = "privatelink.azurewebsites.net"
    "container-registry"   = "privatelink.azurecr.io"
    "key-vault"            = "privatelink.vaultcore.azure.net"
    "postgres"             = "privatelink.postgres.database.azure.com"
    "redis"                = "privatelink.redis.cache.windows.net"
    "service-bus-queue"    = "privatelink.servicebus.windows.net"
    "sql-database"         = "privatelink.database.windows.net"
    "storage-account"      = "privatelink.blob.core.windows.net"
    "workload-app-service" = "privatelink.azurewebsites.net"
  }
  used_zones = { for module, zone in local.zones : module => zone if contains(var.uses, module) }
}

resource "azurerm_private_dns_zone" "this" {
  for_each = toset(values(local.used_zones))

  name                = each.key
  resource_group_name = azurerm_resource_group.this.name
  tags                = var.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}

resource "azurerm_private_dns_zone_virtual_network_link" "this" {
  for_each = azurerm_private_dns_zone.this

  name                = "environment"
  private_dns_zone_id = each.value.id
  virtual_network_id  = azurerm_virtual_network.this.id
  tags                = var.tags

  lifecycle {
    ignore_changes = [tags["lazuli-operation"]]
  }
}
