output "host" {
  description = "Host of the server."
  value       = azurerm_mssql_server.this.fully_qualified_domain_name
}

output "port" {
  description = "Port of the server."
  value       = 1433
}

output "database" {
  description = "Name of the database."
  value       = azurerm_mssql_database.this.name
}

output "username" {
  description = "User that owns it."
  value       = azurerm_mssql_server.this.administrator_login
}

output "url" {
  description = "Connection URL with user and password in it."
  value       = "sqlserver://${azurerm_mssql_server.this.administrator_login}:${urlencode(terraform_data.password.output)}@${azurerm_mssql_server.this.fully_qualified_domain_name}:1433?database=${azurerm_mssql_database.this.name}&encrypt=true"
  sensitive   = true
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "Azure SQL Database, ${local.tier.sku}"
}
