variable "context" {
  description = "Whose resource this is: project, environment and its alias in the manifest; and where it stands, as the module environment says it."
  type = object({
    project     = string
    environment = string
    alias       = string
    class       = optional(string, "")
    place = object({
      resource_group = string
      location       = string
      suffix         = string
      tags           = map(string)
      workspace_id   = string
      identity       = object({ id = string, client_id = string, principal_id = string })
      network_id     = string
      subnets        = map(string)
      zones          = map(string)
      containers     = optional(object({ id = string, domain = string }))
      vault_id       = optional(string)
      cluster_id     = optional(string)
    })
  })
}

locals {
  place = var.context.place
  tags  = merge(local.place.tags, { lazuli-resource = var.context.alias })

  # Names are unique in all of Azure and stay the same for ever: the place and the alias decide them. They have up to 46 characters, because
  # a namespace of Service Bus may have 50; the short one, of 20 letters and digits, is for what may have no more than 24.
  name       = "${trimsuffix(substr(var.context.alias, 0, 37), "-")}-${substr(sha256("${local.place.suffix}/${var.context.alias}"), 0, 8)}"
  short_name = "${substr(replace(var.context.alias, "-", ""), 0, 10)}${substr(sha256("${local.place.suffix}/${var.context.alias}"), 0, 10)}"
}
