output "host" {
  description = "Host of the server."
  value       = sandbox_redis.this.host
}

output "port" {
  description = "Port of the server."
  value       = sandbox_redis.this.port
}

output "url" {
  description = "Connection URL with the password in it."
  value       = sandbox_redis.this.url
  sensitive   = true
}

output "honesty" {
  description = "real, or stand-in for something that only behaves alike."
  value       = sandbox_redis.this.honesty
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = sandbox_redis.this.implementation
}
