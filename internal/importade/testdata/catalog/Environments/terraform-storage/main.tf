variable "replication" {
  type    = string
  default = "LRS"
}

variable "tags" {
  type    = map(string)
  default = {}
}

resource "azurerm_resource_group" "this" {
  name     = "rg-${var.context.project}-${var.context.environment}"
  location = var.context.region
  tags     = var.tags
}
