variable "size" {
  description = "How large the machine is. A lab looks at it; what is made is vmSize."
  type        = string
  default     = "small"

  validation {
    condition     = contains(["small", "medium", "large"], var.size)
    error_message = "The size is small, medium or large."
  }
}

variable "sshKey" {
  description = "Public key that may sign in as azureuser. Without one, people sign in with Entra ID."
  type        = string
  default     = null
}

variable "startupScript" {
  description = "Shell script that is run at every power-on, and when it changes."
  type        = string
  default     = null
}

variable "power" {
  description = "on or off; off deallocates the machine and keeps its disk."
  type        = string
  default     = "on"

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "Power is on or off."
  }
}

variable "lab" {
  description = "Name of the lab that the machine is in, as the output name of a devtest-lab of this environment says it."
  type        = string
  default     = null
}

variable "extensions" {
  description = "Scripts that are run once, each in the machine; another script or revision is run again. A machine that is off runs none."
  type = list(object({
    name     = string
    script   = string
    revision = optional(string)
  }))
  default = []
}

variable "vmSize" {
  description = "Size in Azure."
  type        = string
  default     = "Standard_B2s"
}

variable "offers" {
  description = "The size that vmSize stands for: another one is refused, because it would be paid for otherwise. null takes all."
  type        = string
  default     = null
}

variable "image" {
  description = "Operating system: Ubuntu2404 or Debian12."
  type        = string
  default     = "Ubuntu2404"

  validation {
    condition     = contains(["Ubuntu2404", "Debian12"], var.image)
    error_message = "The image is Ubuntu2404 or Debian12."
  }
}

variable "osDiskGb" {
  description = "Size of the disk in GiB."
  type        = number
  default     = 128
}
