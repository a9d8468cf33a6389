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

variable "tier" {
  description = "What was asked for. A laptop has one tier."
  type        = string
  default     = "basic"
}

variable "maxSizeGb" {
  description = "Largest size in GiB. A laptop gives what its disk has."
  type        = number
  default     = 2
}

variable "collation" {
  description = "Order of texts. The stand-in has its own."
  type        = string
  default     = "SQL_Latin1_General_CP1_CI_AS"
}
