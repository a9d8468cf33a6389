output "place" {
  description = "Where the environment's resources stand. Every module of this folder takes it as context.place."
  value = {
    resource_group = azurerm_resource_group.this.name
    location       = azurerm_resource_group.this.location
    suffix         = local.suffix
    tags           = var.tags
    workspace_id   = local.workspace_id
    identity = {
      id           = azurerm_user_assigned_identity.workloads.id
      client_id    = azurerm_user_assigned_identity.workloads.client_id
      principal_id = azurerm_user_assigned_identity.workloads.principal_id
    }
    network_id = azurerm_virtual_network.this.id
    subnets    = { for name, subnet in azurerm_subnet.this : name => subnet.id }
    zones      = { for module, zone in local.used_zones : module => azurerm_private_dns_zone.this[zone].id }
    containers = local.runs_containers ? {
      id     = azurerm_container_app_environment.this[0].id
      domain = azurerm_container_app_environment.this[0].default_domain
    } : null
    vault_id   = var.settings.vault_id
    cluster_id = var.settings.cluster_id
  }

  # Whoever stands in the environment reaches it by its private names from the first moment on.
  depends_on = [
    azurerm_private_dns_zone_virtual_network_link.this,
    azurerm_subnet_network_security_group_association.this,
  ]
}
