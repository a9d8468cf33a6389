variable "maxMemoryMb" {
  description = "Memory that is needed, in MiB. What is made has at least as much, or it is not made."
  type        = number
  default     = 250
}

variable "persistence" {
  description = "Whether what is in it should outlive the server. None of these caches does, so asking for it is refused."
  type        = bool
  default     = false

  validation {
    condition     = !var.persistence
    error_message = "This cache keeps nothing when its server goes; ask for one without persistence."
  }
}

variable "sku" {
  description = "Basic, Standard with a replica, or Premium."
  type        = string
  default     = "Basic"

  validation {
    condition     = contains(["Basic", "Standard", "Premium"], var.sku)
    error_message = "The SKU is Basic, Standard or Premium."
  }
}

variable "capacity" {
  description = "Size within the SKU: 0 to 6, of Premium 1 to 5."
  type        = number
  default     = 0
}

variable "publicAccess" {
  description = "Whether the cache can be reached from outside the environment's network. Who may enter is asked in any case."
  type        = bool
  default     = false
}
