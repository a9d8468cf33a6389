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

variable "serverVersion" {
  description = "Major version that was asked for. A laptop has the one that is installed; the output implementation says which."
  type        = string
  default     = "16"
}

variable "storageGb" {
  description = "Storage in GiB. A laptop gives what its disk has."
  type        = number
  default     = 32

  validation {
    condition     = var.storageGb >= 1 && var.storageGb <= 1024
    error_message = "Storage is 1 to 1024 GiB."
  }
}

variable "power" {
  description = "on or off; off lets nobody in and keeps what it holds."
  type        = string
  default     = "on"

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "Power is on or off."
  }
}
