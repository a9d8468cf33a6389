variable "tier" {
  description = "basic for a few users, standard, or premium."
  type        = string
  default     = "basic"

  validation {
    condition     = contains(["basic", "standard", "premium"], var.tier)
    error_message = "The tier is basic, standard or premium."
  }
}

variable "maxSizeGb" {
  description = "Largest size in GiB. Azure has steps: it is the next of them. A basic database holds 2 GiB, a standard one 250, a premium one 500."
  type        = number
  default     = 2
}

variable "collation" {
  description = "Order and comparison of texts. Another one makes another database."
  type        = string
  default     = "SQL_Latin1_General_CP1_CI_AS"
}

variable "publicAccess" {
  description = "Whether the server can be reached from outside the environment's network. Who may enter is asked in any case."
  type        = bool
  default     = false
}
