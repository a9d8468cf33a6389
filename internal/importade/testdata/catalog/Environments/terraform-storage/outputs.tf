output "group" {
  value = azurerm_resource_group.this.name
}

output "accessKey" {
  value     = "key of ${azurerm_resource_group.this.name}"
  sensitive = true
}

output "connection_string" {
  value     = "x"
  sensitive = true
}
