output "host" {
  description = "Host of the server."
  value       = azurerm_redis_cache.this.hostname
}

output "port" {
  description = "Port of the server, for TLS."
  value       = azurerm_redis_cache.this.ssl_port
}

output "url" {
  description = "Connection URL with the key in it."
  value       = "rediss://:${urlencode(azurerm_redis_cache.this.primary_access_key)}@${azurerm_redis_cache.this.hostname}:${azurerm_redis_cache.this.ssl_port}"
  sensitive   = true
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "Azure Cache for Redis, ${var.sku} ${local.size}"
}
