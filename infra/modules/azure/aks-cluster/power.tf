# azurerm knows no power, so the agent's az switches it, as whoever the run is. What is on is started before anything that needs it, what
# is off is stopped after all else was done.
resource "terraform_data" "on" {
  count = var.power == "on" ? 1 : 0

  triggers_replace = azurerm_kubernetes_cluster.this.id

  provisioner "local-exec" {
    interpreter = ["bash", "-euc"]
    environment = { ID = azurerm_kubernetes_cluster.this.id }
    command     = <<-BASH
      state=$(az aks show --ids "$ID" --query powerState.code --output tsv)
      if [ "$state" = Stopped ]; then az aks start --ids "$ID"; fi
    BASH
  }
}

resource "terraform_data" "off" {
  count = var.power == "off" ? 1 : 0

  triggers_replace = azurerm_kubernetes_cluster.this.id

  provisioner "local-exec" {
    interpreter = ["bash", "-euc"]
    environment = { ID = azurerm_kubernetes_cluster.this.id }
    command     = <<-BASH
      state=$(az aks show --ids "$ID" --query powerState.code --output tsv)
      if [ "$state" != Stopped ]; then az aks stop --ids "$ID"; fi
    BASH
  }


  depends_on = [azurerm_monitor_diagnostic_setting.this, azurerm_role_assignment.pull]
}
