mock_provider "azurerm" {
  source = "../../testing/azurerm"
}

variables {
  context = {
    project     = "payments"
    environment = "dev"
    alias       = "worker"
    place = {
      resource_group = "rg-payments-dev"
      location       = "westeurope"
      suffix         = "1a2b3c4d"
      tags           = { lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J" }
      workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
      identity       = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-payments-dev", client_id = "11111111-1111-1111-1111-111111111111", principal_id = "22222222-2222-2222-2222-222222222222" }
      network_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
      subnets        = { machines = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/machines" }
      zones          = {}
    }
  }
}

run "has_no_public_address" {
  command = plan

  assert {
    condition     = azurerm_network_interface.this[0].ip_configuration[0].public_ip_address_id == null && azurerm_network_interface.this[0].ip_configuration[0].subnet_id == var.context.place.subnets["machines"]
    error_message = "The machine can be reached from outside."
  }
  assert {
    condition     = azurerm_linux_virtual_machine.this[0].secure_boot_enabled && azurerm_linux_virtual_machine.this[0].vtpm_enabled
    error_message = "The machine starts whatever it is given."
  }
  assert {
    condition     = azurerm_virtual_machine_extension.entra[0].type == "AADSSHLoginForLinux"
    error_message = "Nobody can sign in as himself."
  }
}

run "takes_a_key_in_place_of_a_password" {
  command = plan
  variables {
    sshKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJXmSzEKB76HQcOdZxRqXyVqmhFDc5JUjHuwYDCDkago somebody"
  }

  assert {
    condition     = azurerm_linux_virtual_machine.this[0].disable_password_authentication && azurerm_linux_virtual_machine.this[0].admin_password == null
    error_message = "A password opens the machine."
  }
  assert {
    condition     = length(azurerm_virtual_machine_extension.key) == 1
    error_message = "Another key would not get into the machine."
  }
}

run "refuses_a_size_that_is_paid_otherwise" {
  command = plan
  variables {
    size   = "large"
    offers = "small"
  }
  expect_failures = [azurerm_linux_virtual_machine.this[0]]
}

run "is_found_again" {
  command = plan

  assert {
    condition     = azurerm_linux_virtual_machine.this[0].tags == tomap({ lazuli-project = "payments", lazuli-environment = "dev", lazuli-operation = "01J", lazuli-resource = "worker" })
    error_message = "The tags do not say whose it is."
  }
}

run "gives_what_the_type_promises" {
  variables {
    startupScript = "echo it's up > /tmp/up"
    extensions    = [{ name = "setup", script = "uname -a" }]
  }

  assert {
    condition     = output.name == "mocked" && output.address == "10.64.48.4" && output.power == "on"
    error_message = "The outputs are not the machine's."
  }
  assert {
    condition     = output.extensions["setup"] == "Linux mocked"
    error_message = "What the extension printed is lost."
  }
  assert {
    condition     = strcontains(azurerm_virtual_machine_run_command.startup[0].source[0].script, base64encode("echo it's up > /tmp/up"))
    error_message = "The start-up script is not in the machine."
  }
  assert {
    condition     = length(terraform_data.on) == 1 && length(terraform_data.off) == 0
    error_message = "A machine that is on is not started."
  }
}

run "keeps_the_machine_when_off" {
  variables {
    startupScript = "echo it's up > /tmp/up"
    extensions    = [{ name = "setup", script = "uname -a" }]
    power         = "off"
  }

  assert {
    condition     = output.name == run.gives_what_the_type_promises.name && output.power == "off" && output.extensions == run.gives_what_the_type_promises.extensions
    error_message = "Switching it off made another machine."
  }
  assert {
    condition     = length(terraform_data.on) == 0 && length(terraform_data.off) == 1
    error_message = "A machine that is off is not stopped."
  }
}

run "is_called_what_azure_takes" {
  command = plan

  assert {
    condition     = can(regex("^vm-worker-[0-9a-f]{8}$", azurerm_linux_virtual_machine.this[0].name))
    error_message = "The machine is called ${azurerm_linux_virtual_machine.this[0].name}."
  }
}

run "is_made_by_its_lab" {
  variables {
    lab        = "lab-team-1234"
    extensions = [{ name = "setup", script = "uname -a" }]
  }

  assert {
    condition     = length(azurerm_linux_virtual_machine.this) == 0 && azurerm_dev_test_linux_virtual_machine.this[0].lab_subnet_name == "lab-team-1234Subnet" && endswith(azurerm_dev_test_linux_virtual_machine.this[0].lab_virtual_network_id, "/resourceGroups/rg/providers/Microsoft.DevTestLab/labs/lab-team-1234/virtualNetworks/lab-team-1234") && azurerm_dev_test_linux_virtual_machine.this[0].disallow_public_ip_address
    error_message = "The machine is not in the lab, or can be reached from outside."
  }
  assert {
    condition     = azurerm_virtual_machine_run_command.extension["setup"].virtual_machine_id == data.azurerm_resources.lab_machine[0].resources[0].id
    error_message = "The extension runs elsewhere."
  }
}
