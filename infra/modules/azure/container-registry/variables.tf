variable "sku" {
  description = "basic, standard or premium. Only premium can be closed to the outside; the others have a public address, and ask everybody who he is."
  type        = string
  default     = "basic"

  validation {
    condition     = contains(["basic", "standard", "premium"], var.sku)
    error_message = "The SKU is basic, standard or premium."
  }
}

variable "publicAccess" {
  description = "Whether a premium registry can be reached from outside the environment's network. Who may enter is asked in any case."
  type        = bool
  default     = false
}
