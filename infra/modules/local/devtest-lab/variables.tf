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

variable "maxMachines" {
  description = "How many machines may be in the lab."
  type        = number
  default     = 10
}

variable "allowedSizes" {
  description = "Sizes that its machines may have; none in the list allows all."
  type        = set(string)
  default     = []
}

variable "shutdownTime" {
  description = "HH:MM, at which the lab's machines are stopped each day; null never stops them."
  type        = string
  default     = null
}

variable "timeZone" {
  description = "Where the time is meant, such as Europe/Berlin."
  type        = string
  default     = "UTC"
}
