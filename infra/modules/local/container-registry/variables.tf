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

variable "sku" {
  description = "What was asked for. A laptop has one kind."
  type        = string
  default     = "basic"
}
