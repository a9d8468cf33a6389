variable "softDeleteDays" {
  description = "How long deleted secrets can be brought back, and the vault itself. It cannot be changed later."
  type        = number
  default     = 7

  validation {
    condition     = var.softDeleteDays >= 7 && var.softDeleteDays <= 90
    error_message = "Deleted secrets can be brought back for 7 to 90 days."
  }
}

variable "sku" {
  description = "standard, or premium for keys in hardware."
  type        = string
  default     = "standard"

  validation {
    condition     = contains(["standard", "premium"], var.sku)
    error_message = "The SKU is standard or premium."
  }
}

variable "purgeProtection" {
  description = "Whether nobody can remove a deleted secret before its time. It cannot be taken back."
  type        = bool
  default     = true
}

variable "publicAccess" {
  description = "Whether the vault can be reached from outside the environment's network. Who may enter is asked in any case."
  type        = bool
  default     = false
}
