# The machine may be in the environment's resource group or, of a lab, in one that the lab chose: its name is unique.
data "azurerm_resources" "machine" {
  type = "Microsoft.Compute/virtualMachines"
  name = var.machine

  lifecycle {
    postcondition {
      condition     = length(self.resources) == 1
      error_message = "There is no machine of this name, or there are several. Give the output name of a virtual-machine of this environment."
    }
  }
}

# Azure has one extension CustomScript for a machine, which says nothing of what it printed. Run commands are as many as one likes. A
# script that fails fails the deployment.
resource "azurerm_virtual_machine_run_command" "this" {
  name               = local.name
  location           = local.place.location
  virtual_machine_id = data.azurerm_resources.machine.resources[0].id
  tags               = local.tags

  source {
    script = var.script
  }

  lifecycle {
    ignore_changes       = [tags["lazuli-operation"]] # it names the operation that made the resource
    replace_triggered_by = [terraform_data.revision]
  }
}

resource "terraform_data" "revision" {
  triggers_replace = coalesce(var.revision, "-")
}
