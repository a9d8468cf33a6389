# azurerm knows no power, so the agent's az switches it, as whoever the run is. What is on is started before anything that needs it, what
# is off is stopped after all else was done.
resource "terraform_data" "on" {
  count = var.power == "on" ? 1 : 0

  triggers_replace = local.machine_id

  provisioner "local-exec" {
    interpreter = ["bash", "-euc"]
    environment = { ID = local.machine_id }
    command     = "az vm start --ids \"$ID\""
  }
}

resource "terraform_data" "off" {
  count = var.power == "off" ? 1 : 0

  triggers_replace = local.machine_id

  provisioner "local-exec" {
    interpreter = ["bash", "-euc"]
    environment = { ID = local.machine_id }
    command     = "az vm deallocate --ids \"$ID\""
  }

  depends_on = [
    azurerm_virtual_machine_extension.entra,
    azurerm_virtual_machine_extension.key,
    azurerm_virtual_machine_run_command.extension,
    azurerm_virtual_machine_run_command.startup,
    azurerm_monitor_diagnostic_setting.this,
  ]
}
