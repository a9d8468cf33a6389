# azurerm knows no power, so the agent's az switches it, as whoever the run is. What is on is started before anything that needs it, what
# is off is stopped after all else was done.
resource "terraform_data" "on" {
  count = var.power == "on" ? 1 : 0

  triggers_replace = azurerm_postgresql_flexible_server.this.id

  provisioner "local-exec" {
    interpreter = ["bash", "-euc"]
    environment = { ID = azurerm_postgresql_flexible_server.this.id }
    command     = <<-BASH
      state=$(az postgres flexible-server show --ids "$ID" --query state --output tsv)
      if [ "$state" = Stopped ]; then az postgres flexible-server start --ids "$ID"; fi
    BASH
  }
}

resource "terraform_data" "off" {
  count = var.power == "off" ? 1 : 0

  triggers_replace = azurerm_postgresql_flexible_server.this.id

  provisioner "local-exec" {
    interpreter = ["bash", "-euc"]
    environment = { ID = azurerm_postgresql_flexible_server.this.id }
    command     = <<-BASH
      state=$(az postgres flexible-server show --ids "$ID" --query state --output tsv)
      if [ "$state" != Stopped ]; then az postgres flexible-server stop --ids "$ID"; fi
    BASH
  }

  depends_on = [
    azurerm_postgresql_flexible_server_active_directory_administrator.workloads,
    azurerm_postgresql_flexible_server_configuration.this,
    azurerm_postgresql_flexible_server_database.this,
    azurerm_private_endpoint.this,
    azurerm_monitor_diagnostic_setting.this,
  ]
}
