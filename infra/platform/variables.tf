variable "subscription_id" {
  description = "Subscription that Lazuli itself stands in."
  type        = string
}

variable "name" {
  description = "What the installation is called; names of resources begin with it."
  type        = string
  default     = "lazuli"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,7}$", var.name))
    error_message = "The name has two to eight small letters and digits: names of vaults have room for no more."
  }
}

variable "stage" {
  description = "Which of several installations it is: dev, prod."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,4}$", var.stage))
    error_message = "The stage has two to five small letters and digits."
  }
}

variable "location" {
  description = "Region; Flex Consumption must be there (az functionapp list-flexconsumption-locations)."
  type        = string
  default     = "westeurope"
}

variable "entra" {
  description = "App registrations, as infra/scripts/entra.sh makes and prints them: client ids, and the object ids of those whose service connections run pipelines."
  type = object({
    api       = string                    # whose audience callers' tokens have
    portal    = string                    # as which the portal signs people in
    functions = string                    # whose audience the gateway's own tokens have
    pipelines = optional(map(string), {}) # name → object id of the service principal
    scope     = optional(string, "user_impersonation")
  })
}

variable "devops" {
  description = "Organisation, project and pipeline that carry operations out (lazuli setup azure-devops)."
  type = object({
    url      = string
    project  = string
    pipeline = number
  })
}

variable "target" {
  description = "What environments are built on: their subscription, unless it is this one; a cluster for workloads of the class aks; and the network whose parts they get."
  type = object({
    subscription_id = optional(string)
    cluster_id      = optional(string, "")
    address_space   = optional(string, "")
  })
  default = {}
}

variable "gateway" {
  description = "API Management: tier and units, who publishes it, and its own host name if it has one (made in the portal, with a certificate)."
  type = object({
    sku             = optional(string, "Consumption_0")
    publisher_name  = string
    publisher_email = string
    host            = optional(string)
  })

  validation {
    condition     = can(regex("^(Consumption_0|Developer_1|(Basic|Standard|Premium)(V2)?_[0-9]+)$", var.gateway.sku))
    error_message = "The SKU is a tier and its units, such as Consumption_0 or StandardV2_1."
  }
}

variable "portal" {
  description = "Static Web App: region (few have them), tier, and its own host name if it has one."
  type = object({
    location = optional(string, "westeurope")
    sku      = optional(string, "Free")
    host     = optional(string)
  })
  default = {}
}

variable "app" {
  description = "Function app: memory of an instance, how many there may be, how many are always ready (by http or function:NAME), and whether they spread over zones."
  type = object({
    memory_mb         = optional(number, 512)
    maximum_instances = optional(number, 40)
    always_ready      = optional(map(number), {})
    zones             = optional(bool, false)
  })
  default = {}

  validation {
    condition     = contains([512, 2048, 4096], var.app.memory_mb)
    error_message = "Flex Consumption has instances of 512, 2048 and 4096 MB."
  }
}

variable "handler" {
  description = "Settings of the handler that an installation chooses: docs/operations.md, \"Settings of the handler\"."
  type = object({
    webhook_hosts       = optional(list(string), [])
    requests_per_minute = optional(number, 1200)
    audit_days          = optional(number, 400)
    log_level           = optional(string, "info")
  })
  default = {}
}

variable "replication" {
  description = "Replication of storage accounts."
  type        = string
  default     = "LRS"

  validation {
    condition     = contains(["LRS", "ZRS", "GRS", "GZRS"], var.replication)
    error_message = "The replication is LRS, ZRS, GRS or GZRS."
  }
}

variable "hooks" {
  description = "Whether Azure DevOps tells of runs by service hooks. They need a key, the only one of the installation; without them runs are asked after, which is slower and loses nothing."
  type        = bool
  default     = true
}

variable "signing_key_version" {
  description = "Raise it to make a new signing key. Page tokens and secrets of running operations end, and receivers of events have to be given new secrets."
  type        = number
  default     = 1
}

variable "network" {
  description = "Private networking, if it is set: the address space (/23 or larger), and the addresses that may reach the vault to apply this. It takes API Management StandardV2 and Service Bus Premium, and service hooks do not reach the bus."
  type = object({
    address_space      = string
    deployer_addresses = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.network == null || can(cidrsubnet(var.network.address_space, 4, 15)) && try(tonumber(split("/", var.network.address_space)[1]), 32) <= 23
    error_message = "The address space is a network of /23 or larger, such as 10.40.0.0/22."
  }
}

variable "alerts" {
  description = "Who is told, and from when on: share of failed requests, and milliseconds that 95 of 100 requests may take."
  type = object({
    emails               = optional(list(string), [])
    failure_percent      = optional(number, 2)
    latency_milliseconds = optional(number, 2000)
  })
  default = {}
}

variable "logs" {
  description = "Days that logs are kept, gigabytes a day that they may grow, and the share of the gateway's requests that is recorded."
  type = object({
    days             = optional(number, 30)
    daily_gb         = optional(number, 1)
    gateway_sampling = optional(number, 100)
  })
  default = {}

  validation {
    condition     = contains([30, 60, 90, 120, 180, 270, 365, 550, 730], var.logs.days)
    error_message = "Application Insights keeps logs for 30, 60, 90, 120, 180, 270, 365, 550 or 730 days."
  }
}

variable "budget" {
  description = "What the resource group may cost in a month, in the currency of the subscription, and the first month that counts, such as 2026-11-01T00:00:00Z."
  type = object({
    amount = number
    start  = string
    emails = list(string)
  })
}

variable "locked" {
  description = "Whether state and vaults are locked against deletion."
  type        = bool
  default     = false
}

variable "settle_seconds" {
  description = "How long a new right takes until all of Azure knows it."
  type        = number
  default     = 90
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
}
