variable "containers" {
  description = "By name: image, command, args, variables, files, resources and probes, as in Score."
  type        = any
  sensitive   = true
}

variable "service" {
  description = "Ports that are offered, by name."
  type        = any
  default     = {}
}

variable "power" {
  description = "on or off; off runs no pod and keeps the rest."
  type        = string
  default     = "on"

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "Power is on or off."
  }
}

variable "publicAccess" {
  description = "Whether the workload has a public address, by HTTP; else it has one within its cluster alone."
  type        = bool
  default     = false
}
