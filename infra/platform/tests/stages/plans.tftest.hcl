# dev.tfvars and prod.tfvars, each with the ids of a company: run with -var-file.

mock_provider "azurerm" {
  source = "./tests/mocks"
}

variables {
  subscription_id = "00000000-0000-0000-0000-000000000000"
  entra = {
    api       = "aaaaaaaa-0000-0000-0000-000000000000"
    portal    = "bbbbbbbb-0000-0000-0000-000000000000"
    functions = "cccccccc-0000-0000-0000-000000000000"
  }
  devops = { url = "https://dev.azure.com/contoso", project = "platform", pipeline = 7 }
}

run "plans" {
  command = plan

  assert {
    condition     = azurerm_resource_group.this.name == "rg-lazuli-${var.stage}" && contains(["dev", "prod"], var.stage)
    error_message = "The file names no stage."
  }
  assert {
    condition     = var.stage != "prod" || length(azurerm_management_lock.this) == 3 && length(azurerm_api_management_backend.this.circuit_breaker_rule) == 1 && alltrue([for account in azurerm_storage_account.this : account.account_replication_type != "LRS"]) && length(azurerm_monitor_action_group.this.email_receiver) > 0
    error_message = "Production can be lost, is not protected, or nobody hears of it."
  }
  assert {
    condition     = var.stage != "dev" || azurerm_api_management.this.sku_name == "Consumption_0" && azurerm_function_app_flex_consumption.this.instance_memory_in_mb == 512 && length(azurerm_function_app_flex_consumption.this.always_ready) == 0
    error_message = "A small installation costs something at rest: docs/cost.md."
  }
}
