variable "serverVersion" {
  description = "Major version of the server. A higher one upgrades it in place; a lower one is refused by Azure."
  type        = string
  default     = "16"
}

variable "storageGb" {
  description = "Storage in GiB. Azure sells 32, 64, 128, 256, 512 and 1024: it is the next of these. It can grow; less of it would make another server, without what was in this one."
  type        = number
  default     = 32

  validation {
    condition     = var.storageGb >= 1 && var.storageGb <= 1024
    error_message = "Storage is 1 to 1024 GiB."
  }
}

variable "sku" {
  description = "Tier and machine, such as B_Standard_B1ms or GP_Standard_D2ds_v5."
  type        = string
  default     = "B_Standard_B1ms"

  validation {
    condition     = can(regex("^(B|GP|MO)_Standard_[A-Za-z0-9_]+$", var.sku))
    error_message = "The SKU is a tier and a machine, such as B_Standard_B1ms."
  }
}

variable "backupDays" {
  description = "For how many days the database can be put back to any moment."
  type        = number
  default     = 7

  validation {
    condition     = var.backupDays >= 7 && var.backupDays <= 35
    error_message = "Azure keeps backups for 7 to 35 days."
  }
}

variable "highAvailability" {
  description = "Whether a second server stands by in another zone. Burstable servers have none."
  type        = bool
  default     = false
}

variable "power" {
  description = "on or off; off stops the server and keeps what it holds. Azure starts a server again that was stopped for seven days."
  type        = string
  default     = "on"

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "Power is on or off."
  }
}

variable "publicAccess" {
  description = "Whether the server can be reached from outside the environment's network. Who may enter is asked in any case."
  type        = bool
  default     = false
}
