output "name" {
  description = "Name of the registry."
  value       = azurerm_container_registry.this.name
}

output "loginServer" {
  description = "Where images are pushed to."
  value       = azurerm_container_registry.this.login_server
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "Azure Container Registry, ${title(var.sku)}"
}
