variable "containers" {
  description = "Names of the containers. One that is taken out of the list is removed, with what is in it; for a week it can be brought back."
  type        = set(string)
  default     = []
}

variable "sku" {
  description = "Tier and replication, such as Standard_LRS or Standard_ZRS."
  type        = string
  default     = "Standard_LRS"

  validation {
    condition     = can(regex("^Standard_(LRS|ZRS|GRS|RAGRS|GZRS|RAGZRS)$", var.sku)) # Premium accounts have no versions
    error_message = "The SKU is Standard and a replication, such as Standard_LRS."
  }
}

variable "accessTier" {
  description = "Hot for what is read often, Cool for what is not."
  type        = string
  default     = "Hot"

  validation {
    condition     = contains(["Hot", "Cool"], var.accessTier)
    error_message = "The access tier is Hot or Cool."
  }
}

variable "publicAccess" {
  description = "Whether the account can be reached from outside the environment's network. Who may read is asked in any case."
  type        = bool
  default     = false
}
