variable "containers" {
  description = "By name: image, command, args, variables, files, resources and probes, as in Score."
  type        = any
  sensitive   = true
}

variable "service" {
  description = "Ports that are offered, by name. Container Apps offers one, by HTTPS; without any the workload has no address."
  type        = any
  default     = {}
}

variable "power" {
  description = "on or off; off takes the workload away and keeps its address for it."
  type        = string
  default     = "on"

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "Power is on or off."
  }
}

variable "publicAccess" {
  description = "Whether the workload can be reached from outside its container environment."
  type        = bool
  default     = false
}

variable "maxReplicas" {
  description = "Most replicas."
  type        = number
  default     = 3
}
