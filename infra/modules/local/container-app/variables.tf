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

variable "image" {
  description = "The container image. A laptop does not run it: it runs the command, if one is given."
  type        = string
}

variable "command" {
  description = "Program and arguments. It must listen on $PORT."
  type        = list(string)
  default     = null
}

variable "settings" {
  description = "Environment variables of the app."
  type        = map(string)
  default     = {}
  sensitive   = true
}

variable "port" {
  description = "Port that the container listens on in Azure. Here the port is in $PORT."
  type        = number
  default     = 8080
}

variable "minReplicas" {
  description = "Fewest replicas. A laptop runs one."
  type        = number
  default     = 0
}

variable "maxReplicas" {
  description = "Most replicas. A laptop runs one."
  type        = number
  default     = 1
}

variable "power" {
  description = "on or off; off keeps everything but the process."
  type        = string
  default     = "on"
}
