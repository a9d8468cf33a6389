variable "machine" {
  description = "Name of the machine, as the output name of a virtual-machine of this environment says it."
  type        = string
}

variable "script" {
  description = "Shell script that is run once in the machine; another one is run again. A machine that is off runs none."
  type        = string
}

variable "revision" {
  description = "Free text; a new one runs the same script again."
  type        = string
  default     = null
}
