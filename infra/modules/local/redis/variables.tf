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

variable "maxMemoryMb" {
  description = "How much the server may hold, in MiB."
  type        = number
  default     = 250
}

variable "persistence" {
  description = "Whether what is in it should outlive the server. The output implementation says whether it does."
  type        = bool
  default     = false
}
