variable "context" {
  description = "Whose resource this is: project, environment and its alias in the manifest."
  type = object({
    project     = string
    environment = string
    alias       = string
    class       = optional(string, "")
    region      = optional(string, "local")
  })
}

variable "softDeleteDays" {
  description = "How long deleted secrets can be brought back. On this machine they cannot."
  type        = number
  default     = 7
}
