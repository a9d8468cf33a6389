variable "image" {
  description = "Image. One of a registry in Azure is taken with the environment's identity; others must be given to everybody."
  type        = string
}

variable "command" {
  description = "Program and arguments, in place of the image's own."
  type        = list(string)
  default     = null
}

variable "settings" {
  description = "Environment variables of the app. Each is kept as a secret of the app."
  type        = map(string)
  default     = {}
  sensitive   = true
}

variable "port" {
  description = "That the container listens on."
  type        = number
  default     = 8080
}

variable "minReplicas" {
  description = "Fewest replicas. With 0 nothing runs, and nothing is paid, while nobody asks."
  type        = number
  default     = 0
}

variable "maxReplicas" {
  description = "Most replicas."
  type        = number
  default     = 1
}

variable "power" {
  description = "on or off; off takes the app away and keeps its address for it."
  type        = string
  default     = "on"

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "Power is on or off."
  }
}

variable "cpu" {
  description = "Cores of a replica, in quarters. It has twice as many GiB of memory."
  type        = number
  default     = 0.5

  validation {
    condition     = var.cpu >= 0.25 && var.cpu <= 4 && var.cpu * 4 == floor(var.cpu * 4)
    error_message = "A replica has 0.25 to 4 cores, in quarters."
  }
}

variable "publicAccess" {
  description = "Whether the app can be reached from outside its container environment."
  type        = bool
  default     = false
}
