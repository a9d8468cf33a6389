# servicebus.json is the one declaration: the local broker reads it too, and internal/servicebus relies on it.
locals {
  declared = jsondecode(file("${path.module}/servicebus.json")).UserConfig.Namespaces[0]
  queues   = { for queue in local.declared.Queues : queue.Name => queue.Properties }
  topics   = { for topic in local.declared.Topics : topic.Name => topic.Properties }
  subscriptions = merge([for topic in local.declared.Topics : {
    for subscription in topic.Subscriptions : "${topic.Name}/${subscription.Name}" => {
      topic      = topic.Name
      name       = subscription.Name
      properties = subscription.Properties
      rules      = subscription.Rules
    }
  }]...)

  # What others forward to is there before them.
  ends       = { for name, queue in local.queues : name => queue if queue.ForwardTo == "" && queue.ForwardDeadLetteredMessagesTo == "" }
  forwarding = { for name, queue in local.queues : name => queue if !contains(keys(local.ends), name) }
  queue_ids  = merge({ for name, queue in azurerm_servicebus_queue.end : name => queue.id }, { for name, queue in azurerm_servicebus_queue.forwarding : name => queue.id })
}

resource "azurerm_servicebus_namespace" "this" {
  name                = "sb-${local.base}-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  sku                           = local.private ? "Premium" : "Standard" # sessions and duplicate detection need Standard, a private address Premium
  capacity                      = local.private ? 1 : 0
  premium_messaging_partitions  = local.private ? 1 : 0
  local_auth_enabled            = local.hooks # keys are for service hooks alone
  public_network_access_enabled = !local.private
  minimum_tls_version           = "1.2"
}

resource "azurerm_servicebus_queue" "end" {
  for_each = local.ends

  name         = each.key
  namespace_id = azurerm_servicebus_namespace.this.id

  lock_duration                           = each.value.LockDuration
  max_delivery_count                      = each.value.MaxDeliveryCount
  default_message_ttl                     = each.value.DefaultMessageTimeToLive
  dead_lettering_on_message_expiration    = each.value.DeadLetteringOnMessageExpiration
  requires_session                        = each.value.RequiresSession
  requires_duplicate_detection            = each.value.RequiresDuplicateDetection
  duplicate_detection_history_time_window = try(each.value.DuplicateDetectionHistoryTimeWindow, null)
}

resource "azurerm_servicebus_queue" "forwarding" {
  for_each = local.forwarding

  name         = each.key
  namespace_id = azurerm_servicebus_namespace.this.id

  lock_duration                           = each.value.LockDuration
  max_delivery_count                      = each.value.MaxDeliveryCount
  default_message_ttl                     = each.value.DefaultMessageTimeToLive
  dead_lettering_on_message_expiration    = each.value.DeadLetteringOnMessageExpiration
  requires_session                        = each.value.RequiresSession
  requires_duplicate_detection            = each.value.RequiresDuplicateDetection
  duplicate_detection_history_time_window = try(each.value.DuplicateDetectionHistoryTimeWindow, null)
  forward_to                              = each.value.ForwardTo == "" ? null : each.value.ForwardTo
  forward_dead_lettered_messages_to       = each.value.ForwardDeadLetteredMessagesTo == "" ? null : each.value.ForwardDeadLetteredMessagesTo

  depends_on = [azurerm_servicebus_queue.end]
}

resource "azurerm_servicebus_topic" "this" {
  for_each = local.topics

  name         = each.key
  namespace_id = azurerm_servicebus_namespace.this.id

  default_message_ttl                     = each.value.DefaultMessageTimeToLive
  requires_duplicate_detection            = each.value.RequiresDuplicateDetection
  duplicate_detection_history_time_window = each.value.DuplicateDetectionHistoryTimeWindow
  support_ordering                        = true
}

resource "azurerm_servicebus_subscription" "this" {
  for_each = local.subscriptions

  name     = each.value.name
  topic_id = azurerm_servicebus_topic.this[each.value.topic].id

  lock_duration                        = each.value.properties.LockDuration
  max_delivery_count                   = each.value.properties.MaxDeliveryCount
  default_message_ttl                  = each.value.properties.DefaultMessageTimeToLive
  dead_lettering_on_message_expiration = each.value.properties.DeadLetteringOnMessageExpiration
  requires_session                     = each.value.properties.RequiresSession
  forward_to                           = each.value.properties.ForwardTo == "" ? null : each.value.properties.ForwardTo
  forward_dead_lettered_messages_to    = each.value.properties.ForwardDeadLetteredMessagesTo == "" ? null : each.value.properties.ForwardDeadLetteredMessagesTo

  depends_on = [azurerm_servicebus_queue.end]

  lifecycle {
    precondition {
      condition     = length(each.value.rules) == 0
      error_message = "servicebus.json has rules for subscription ${each.key}, which nothing here makes."
    }
  }
}

locals {
  hooks = var.hooks && !local.private # from outside nobody reaches a private bus
}

# Azure DevOps sends service hooks with a key and takes no identity. Who has this one can send hints that a run moved on, which are
# never believed, and nothing else.
resource "azurerm_servicebus_queue_authorization_rule" "hooks" {
  count = local.hooks ? 1 : 0

  name     = "azure-devops"
  queue_id = local.queue_ids["hooks"]

  listen = false
  send   = true
  manage = false
}
