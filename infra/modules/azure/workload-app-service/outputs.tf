output "url" {
  description = "Address of the workload."
  value       = "https://${azurerm_linux_web_app.this.default_hostname}"
}

output "host" {
  description = "Host name."
  value       = azurerm_linux_web_app.this.default_hostname
}

output "honesty" {
  description = "real: it is the thing itself."
  value       = "real"
}

output "implementation" {
  description = "What it is in truth, for people."
  value       = "container ${local.names[0]} on Azure App Service, on a plan ${var.planSku} of its own"
}
