output "host" {
  description = "Host of the server; empty for SQLite."
  value       = sandbox_database.this.host
}

output "port" {
  description = "Port of the server; 0 for SQLite."
  value       = sandbox_database.this.port
}

output "database" {
  description = "Name of the database."
  value       = sandbox_database.this.database
}

output "username" {
  description = "Role that owns the database; empty for SQLite."
  value       = sandbox_database.this.username
}

output "url" {
  description = "Connection URL with role and password in it."
  value       = sandbox_database.this.url
  sensitive   = true
}

output "honesty" {
  description = "Always a stand-in: this is not SQL Server."
  value       = "stand-in"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "${sandbox_database.this.implementation}, in place of SQL Server"
}
