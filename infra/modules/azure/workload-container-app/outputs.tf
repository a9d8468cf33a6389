# Made of names alone, so that they are the same while the workload is off.
output "url" {
  description = "Address of the workload; empty for one that offers no port."
  value       = length(local.ports) > 0 ? "https://${local.host}" : ""
  depends_on  = [azurerm_container_app.this]
}

output "host" {
  description = "Host name; empty for one that offers no port."
  value       = length(local.ports) > 0 ? local.host : ""
  depends_on  = [azurerm_container_app.this]
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "Azure Container Apps, ${length(local.names)} containers, ${sum(values(local.cpu))} cores"
}
