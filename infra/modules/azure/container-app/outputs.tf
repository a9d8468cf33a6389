# Made of names alone, so that they are the same while the app is off.
output "url" {
  description = "Address of the app."
  value       = "https://${local.host}"
  depends_on  = [azurerm_container_app.this]
}

output "host" {
  description = "Host name."
  value       = local.host
  depends_on  = [azurerm_container_app.this]
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "Azure Container Apps, ${var.cpu} cores, ${var.minReplicas} to ${max(var.maxReplicas, var.minReplicas, 1)} replicas"
}
