variable "containers" {
  description = "By name: image, command, args, variables and probes, as in Score. App Service runs one."
  type        = any
  sensitive   = true
}

variable "service" {
  description = "Ports that are offered, by name. App Service offers one, by HTTPS."
  type        = any
  default     = {}
}

variable "power" {
  description = "on or off; off answers nobody. The plan is paid for all the same."
  type        = string
  default     = "on"

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "Power is on or off."
  }
}

variable "planSku" {
  description = "Size of the plan that the workload has for itself, such as B1 or P0v3."
  type        = string
  default     = "B1"
}

variable "publicAccess" {
  description = "Whether the workload can be reached from outside the environment's network."
  type        = bool
  default     = false
}
