variable "maxMachines" {
  description = "How many machines the lab takes."
  type        = number
  default     = 10
}

variable "allowedSizes" {
  description = "Sizes that machines may have; none chosen allows all."
  type        = set(string)
  default     = []
}

variable "shutdownTime" {
  description = "When the lab's machines are stopped each day, such as 19:00. Without it they go on."
  type        = string
  default     = null
}

variable "timeZone" {
  description = "Where the shutdown time is meant, such as Europe/Berlin. Azure calls zones otherwise; time_zones.tf knows which is which."
  type        = string
  default     = "UTC"

}

variable "vmSizes" {
  description = "What small, medium and large are in Azure, as the definitions of virtual-machine have it."
  type        = object({ small = list(string), medium = list(string), large = list(string) })
  default = {
    small  = ["Standard_B2s"]
    medium = ["Standard_D2s_v5"]
    large  = ["Standard_D4s_v5"]
  }
}
