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

variable "machine" {
  description = "Name of the machine, as the output name of a virtual-machine of this environment says it."
  type        = string
}

variable "script" {
  description = "Shell script that is run once in the machine; another one is run again."
  type        = string
}

variable "revision" {
  description = "Free text; a new one runs the same script again."
  type        = string
  default     = null
}
