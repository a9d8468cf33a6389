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

variable "containers" {
  description = "Names of the containers. One that is taken out of the list stays, with what is in it, until the account is removed."
  type        = set(string)
  default     = []
}
