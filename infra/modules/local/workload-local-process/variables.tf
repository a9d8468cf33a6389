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

variable "containers" {
  description = "By name: image, command, args, variables, files and probes, as in Score. One of them runs here."
  type        = any
}

variable "service" {
  description = "Ports that are offered, by name. Here the process listens on $PORT."
  type        = any
  default     = {}
}

variable "power" {
  description = "on or off; off keeps everything but the process."
  type        = string
  default     = "on"
}
