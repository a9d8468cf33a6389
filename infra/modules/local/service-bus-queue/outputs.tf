output "name" {
  description = "Name of the queue."
  value       = sandbox_queue.this.queue
}

output "namespace" {
  description = "Endpoint of the queue's namespace."
  value       = sandbox_queue.this.namespace
}

output "connectionString" {
  description = "What a client connects with; it has the key in it."
  value       = sandbox_queue.this.connection_string
  sensitive   = true
}

output "honesty" {
  description = "real, or stand-in for something that only behaves alike."
  value       = sandbox_queue.this.honesty
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = sandbox_queue.this.implementation
}
