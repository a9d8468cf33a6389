locals {
  apim          = "${path.module}/../../apim"
  contract_text = file("${local.apim}/openapi.yaml")
  contract      = yamldecode(local.contract_text)
  groups        = jsondecode(file("${local.apim}/groups.json"))

  # operationId => x-lazuli-action
  actions = merge([for path, item in local.contract.paths : {
    for method, operation in item : operation.operationId => operation["x-lazuli-action"] if contains(["get", "put", "post", "patch", "delete"], method)
  }]...)
  group_of = merge([for group, actions in local.groups.groups : { for action in actions : action => group }]...)
  operations = { for operation, action in local.actions : operation => {
    group    = local.group_of[action] # an action of no group is an error here, and in a test before that
    max_body = lookup(local.groups.maxBody, operation, local.groups.maxBody["default"])
  } }

  # Policies without their comments, which API Management does not keep: each plan would find a change.
  documents = { for path in fileset(local.apim, "policies/**/*.xml") : trimsuffix(trimprefix(path, "policies/"), ".xml") => trimspace(replace(file("${local.apim}/${path}"), "/(?s)<!--.*?-->\\s*/", "")) }

  # Which limits a tier knows: learn.microsoft.com/azure/api-management/api-management-policies.
  fragments = {
    lazuli-answer        = "fragments/answer"
    lazuli-size          = "fragments/size"
    lazuli-limit-address = { classic = "fragments/limit-address", v2 = "fragments/limit-address", consumption = "fragments/limit-none" }[local.tier]
    lazuli-limit-caller  = { classic = "fragments/limit-caller-quota", v2 = "fragments/limit-caller", consumption = "fragments/limit-none" }[local.tier]
  }
}

resource "azurerm_api_management_api" "this" {
  name                  = "lazuli"
  display_name          = "Lazuli"
  resource_group_name   = azurerm_resource_group.this.name
  api_management_name   = azurerm_api_management.this.name
  revision              = "1"
  path                  = "v1"
  protocols             = ["https"]
  subscription_required = false # a token says who somebody is; a subscription only meters

  import {
    content_format = "openapi"
    content_value  = local.contract_text
  }
}

resource "azurerm_api_management_policy_fragment" "this" {
  for_each = local.fragments

  api_management_id = azurerm_api_management.this.id
  name              = each.key
  format            = "rawxml"
  value             = local.documents[each.value]
}

resource "azurerm_api_management_policy" "this" {
  api_management_id = azurerm_api_management.this.id
  xml_content       = local.documents["global"]

  depends_on = [azurerm_api_management_policy_fragment.this]
}

resource "azurerm_api_management_api_policy" "this" {
  resource_group_name = azurerm_resource_group.this.name
  api_management_name = azurerm_api_management.this.name
  api_name            = azurerm_api_management_api.this.name
  xml_content         = local.documents["api"]

  depends_on = [azurerm_api_management_policy_fragment.this, azurerm_api_management_named_value.this, azurerm_api_management_backend.this]
}

# API Management calls an imported operation by its operationId in small letters.
resource "azurerm_api_management_api_operation_policy" "this" {
  for_each = local.operations

  resource_group_name = azurerm_resource_group.this.name
  api_management_name = azurerm_api_management.this.name
  api_name            = azurerm_api_management_api.this.name
  operation_id        = lower(each.key)
  xml_content         = replace(local.documents["groups/${each.value.group}"], "$${max_body}", tostring(each.value.max_body))

  depends_on = [azurerm_api_management_policy_fragment.this]
}

locals {
  products = {
    lazuli       = { title = "Lazuli", description = "People, the portal, the command line and pipeline runs.", subscription = false, policy = null }
    integrations = { title = "Integrations", description = "Programs of other teams, metered by their subscription. A token is needed all the same.", subscription = true, policy = "products/integrations" }
  }
}

resource "azurerm_api_management_product" "this" {
  for_each = local.products

  product_id            = each.key
  display_name          = each.value.title
  description           = each.value.description
  resource_group_name   = azurerm_resource_group.this.name
  api_management_name   = azurerm_api_management.this.name
  published             = true
  subscription_required = each.value.subscription
  approval_required     = each.value.subscription ? true : null
  subscriptions_limit   = each.value.subscription ? 5 : null
}

resource "azurerm_api_management_product_api" "this" {
  for_each = local.products

  product_id          = azurerm_api_management_product.this[each.key].product_id
  api_name            = azurerm_api_management_api.this.name
  resource_group_name = azurerm_resource_group.this.name
  api_management_name = azurerm_api_management.this.name
}

resource "azurerm_api_management_product_policy" "this" {
  for_each = { for name, product in local.products : name => product if product.policy != null }

  product_id          = azurerm_api_management_product.this[each.key].product_id
  resource_group_name = azurerm_resource_group.this.name
  api_management_name = azurerm_api_management.this.name
  xml_content         = local.documents[each.value.policy]
}
