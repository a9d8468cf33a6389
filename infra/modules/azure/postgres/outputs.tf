output "host" {
  description = "Host of the server."
  value       = azurerm_postgresql_flexible_server.this.fqdn
}

output "port" {
  description = "Port of the server."
  value       = 5432
}

output "database" {
  description = "Name of the database."
  value       = azurerm_postgresql_flexible_server_database.this.name
}

output "username" {
  description = "Role that owns the database."
  value       = azurerm_postgresql_flexible_server.this.administrator_login
}

output "url" {
  description = "Connection URL with role and password in it."
  value       = "postgres://${azurerm_postgresql_flexible_server.this.administrator_login}:${urlencode(terraform_data.password.output)}@${azurerm_postgresql_flexible_server.this.fqdn}:5432/${azurerm_postgresql_flexible_server_database.this.name}?sslmode=require"
  sensitive   = true
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "Azure Database for PostgreSQL ${var.serverVersion}, ${var.sku}, ${local.storage_mb / 1024} GiB"
}
