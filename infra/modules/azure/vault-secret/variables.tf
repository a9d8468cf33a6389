variable "name" {
  description = "Name of the secret in the environment, such as db--url."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,61}[a-z0-9]$", var.name))
    error_message = "A secret's name is 2 to 63 of a-z, 0-9 and -, beginning with a letter and not ending with -."
  }
}

variable "value" {
  description = "What to keep."
  type        = string
  sensitive   = true
}
