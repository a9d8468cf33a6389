output "name" {
  description = "Name of the queue."
  value       = azurerm_servicebus_queue.this.name
}

output "namespace" {
  description = "Endpoint of its namespace."
  value       = azurerm_servicebus_namespace.this.endpoint
}

output "connectionString" {
  description = "Connection string that may send to the queue and receive from it."
  value       = azurerm_servicebus_queue_authorization_rule.this.primary_connection_string
  sensitive   = true
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "Azure Service Bus, ${var.sku}, in a namespace of its own"
}
