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

variable "size" {
  description = "How large the machine is. A process on a laptop takes what it needs; a lab looks at it."
  type        = string
  default     = "small"
}

variable "sshKey" {
  description = "Public key that may sign in, as one line of an authorized_keys file."
  type        = string
  default     = null
}

variable "startupScript" {
  description = "Shell script that is run at every power-on."
  type        = string
  default     = null
}

variable "power" {
  description = "on or off; off keeps the disk."
  type        = string
  default     = "on"

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "Power is on or off."
  }
}

variable "lab" {
  description = "Name of the lab whose rules hold for the machine, as the output name of a devtest-lab of this environment says it."
  type        = string
  default     = null
}

variable "extensions" {
  description = "Scripts that are run once, each in the machine; another script or revision is run again."
  type = list(object({
    name     = string
    script   = string
    revision = optional(string)
  }))
  default = []
}
