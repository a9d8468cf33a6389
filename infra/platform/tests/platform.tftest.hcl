# What a platform engineer relies on, of a small public installation.

mock_provider "azurerm" {
  source = "./tests/mocks"
}

variables {
  subscription_id = "00000000-0000-0000-0000-000000000000"
  stage           = "dev"
  entra = {
    api       = "aaaaaaaa-0000-0000-0000-000000000000"
    portal    = "bbbbbbbb-0000-0000-0000-000000000000"
    functions = "cccccccc-0000-0000-0000-000000000000"
    pipelines = { lazuli = "dddddddd-0000-0000-0000-000000000000" }
  }
  devops         = { url = "https://dev.azure.com/contoso", project = "platform", pipeline = 7 }
  gateway        = { publisher_name = "Platform team", publisher_email = "platform@example.com" }
  budget         = { amount = 50, start = "2026-12-01T00:00:00Z", emails = ["platform@example.com"] }
  settle_seconds = 0
}

run "as_it_is_applied" {
  # Keys.
  assert {
    condition     = alltrue([for account in azurerm_storage_account.this : !account.shared_access_key_enabled && !account.local_user_enabled && !account.allow_nested_items_to_be_public])
    error_message = "A storage account can be opened with a key, or by anybody."
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this.storage_access_key == null && azurerm_function_app_flex_consumption.this.storage_authentication_type == "UserAssignedIdentity" && !azurerm_function_app_flex_consumption.this.webdeploy_publish_basic_authentication_enabled
    error_message = "The package comes or goes with a key."
  }
  assert {
    condition     = !azurerm_application_insights.this.local_authentication_enabled && !azurerm_log_analytics_workspace.this.local_authentication_enabled
    error_message = "Whoever has a key can write into the logs."
  }
  assert {
    condition     = !anytrue([for value in values(azurerm_function_app_flex_consumption.this.app_settings) : can(regex("(?i)(AccountKey|SharedAccessKey|SharedAccessSignature)=", value))])
    error_message = "A setting holds a key."
  }
  assert {
    condition     = length(azurerm_servicebus_queue_authorization_rule.hooks) == 1 && azurerm_servicebus_queue_authorization_rule.hooks[0].send && !azurerm_servicebus_queue_authorization_rule.hooks[0].listen && !azurerm_servicebus_queue_authorization_rule.hooks[0].manage
    error_message = "Service hooks may do more than send, or nothing."
  }
  assert {
    condition     = alltrue([for value in azurerm_api_management_named_value.this : value.secret != true])
    error_message = "A named value is a secret."
  }
  assert {
    condition     = alltrue([for vault in azurerm_key_vault.this : vault.rbac_authorization_enabled && vault.purge_protection_enabled])
    error_message = "A vault has access policies, or can be emptied for good."
  }

  # TLS.
  assert {
    condition     = alltrue([for account in azurerm_storage_account.this : account.min_tls_version == "TLS1_2" && account.https_traffic_only_enabled]) && azurerm_servicebus_namespace.this.minimum_tls_version == "1.2"
    error_message = "Something takes connections that can be read on the way."
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this.https_only && azurerm_function_app_flex_consumption.this.site_config[0].minimum_tls_version == "1.2" && azurerm_api_management_api.this.protocols == toset(["https"])
    error_message = "App or gateway can be asked without TLS 1.2."
  }
  assert {
    condition     = !anytrue(values({ for name, on in azurerm_api_management.this.security[0] : name => on }))
    error_message = "The gateway speaks an old protocol."
  }

  # The bus.
  assert {
    condition     = toset(keys(local.queue_ids)) == toset([for queue in local.declared.Queues : queue.Name])
    error_message = "The queues are not those of servicebus.json."
  }
  assert {
    condition = alltrue([for name, queue in merge(azurerm_servicebus_queue.end, azurerm_servicebus_queue.forwarding) :
      queue.requires_session == local.queues[name].RequiresSession &&
      queue.requires_duplicate_detection == local.queues[name].RequiresDuplicateDetection &&
      queue.lock_duration == local.queues[name].LockDuration &&
      queue.max_delivery_count == local.queues[name].MaxDeliveryCount &&
      queue.default_message_ttl == local.queues[name].DefaultMessageTimeToLive &&
      queue.dead_lettering_on_message_expiration == local.queues[name].DeadLetteringOnMessageExpiration &&
      (queue.forward_dead_lettered_messages_to == null ? "" : queue.forward_dead_lettered_messages_to) == local.queues[name].ForwardDeadLetteredMessagesTo
    ])
    error_message = "A queue is not what servicebus.json says."
  }
  assert {
    condition     = azurerm_servicebus_queue.forwarding["operations"].requires_session && azurerm_servicebus_queue.forwarding["operations"].requires_duplicate_detection && azurerm_servicebus_queue.forwarding["operations"].forward_dead_lettered_messages_to == "dead-letters"
    error_message = "Operations would run out of order, twice, or be lost."
  }
  assert {
    condition     = toset(keys(azurerm_servicebus_subscription.this)) == toset(["events/all", "events/ordered", "events/webhooks"]) && azurerm_servicebus_subscription.this["events/ordered"].requires_session && azurerm_servicebus_topic.this["events"].requires_duplicate_detection
    error_message = "The topic is not what events need."
  }

  # Roles: exactly these.
  assert {
    condition = { for name, role in azurerm_role_assignment.this : name => role.role_definition_name } == {
      tables    = "Storage Table Data Contributor"
      host      = "Storage Blob Data Owner"
      values    = "Key Vault Secrets Officer"
      telemetry = "Monitoring Metrics Publisher"
      gateway   = "Monitoring Metrics Publisher"
    }
    error_message = "Somebody has another right than the calls of the app need."
  }
  assert {
    condition     = toset(keys(azurerm_role_assignment.receives)) == toset(["operations", "runs", "hooks", "deliveries", "requests", "dead-letters", "events/webhooks"]) && alltrue([for role in azurerm_role_assignment.receives : role.role_definition_name == "Azure Service Bus Data Receiver"])
    error_message = "A function is not triggered, or somebody reads what is none of his."
  }
  assert {
    condition     = toset(keys(azurerm_role_assignment.sends)) == toset(["operations", "runs", "deliveries", "events"]) && alltrue([for role in azurerm_role_assignment.sends : role.role_definition_name == "Azure Service Bus Data Sender"])
    error_message = "The handler cannot send, or can send more than it does."
  }
  assert {
    condition     = azurerm_role_assignment.signing_key.scope == azurerm_key_vault_secret.signing_key.resource_versionless_id && azurerm_role_assignment.signing_key.principal_id != azurerm_user_assigned_identity.this["app"].principal_id
    error_message = "The signing key is read by more than the settings of the app."
  }

  # The way in.
  assert {
    condition     = azurerm_function_app_flex_consumption.this.auth_settings_v2[0].require_authentication && azurerm_function_app_flex_consumption.this.auth_settings_v2[0].unauthenticated_action == "Return401" && azurerm_function_app_flex_consumption.this.auth_settings_v2[0].active_directory_v2[0].allowed_audiences == tolist(["cccccccc-0000-0000-0000-000000000000"])
    error_message = "App Service lets others in than the gateway."
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this.app_settings["LAZULI_GATEWAY_AUDIENCE"] == azurerm_api_management_named_value.this["gateway-audience"].value && azurerm_function_app_flex_consumption.this.app_settings["LAZULI_GATEWAY_CLIENT"] == azurerm_api_management_named_value.this["gateway-client-id"].value
    error_message = "Handler and gateway do not agree on who the gateway is."
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this.app_settings["LAZULI_IDENTITY_ISSUER"] == "https://login.microsoftonline.com/33333333-3333-3333-3333-333333333333/v2.0" && azurerm_function_app_flex_consumption.this.app_settings["LAZULI_IDENTITY_ISSUER"] == azurerm_api_management_named_value.this["identity-issuer"].value
    error_message = "Handler and gateway take tokens of different issuers."
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this.app_settings["LAZULI_PUBLIC_URL"] == "https://mocked.azure-api.net" && azurerm_api_management_backend.this.url == "https://mocked.azurewebsites.net/v1"
    error_message = "Links lead elsewhere than to the gateway, or the gateway elsewhere than to the app."
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.this.app_settings["LAZULI_SIGNING_KEY"] == "@Microsoft.KeyVault(SecretUri=https://mocked.vault.azure.net/secrets/lazuli-signing-key)"
    error_message = "The signing key is not a reference without a version."
  }

  # The API.
  assert {
    condition     = length(azurerm_api_management_api_operation_policy.this) == length(local.actions) && length(local.actions) > 80
    error_message = "An operation has no policy."
  }
  assert {
    condition     = alltrue([for policy in azurerm_api_management_api_operation_policy.this : !strcontains(policy.xml_content, "<!--") && !strcontains(policy.xml_content, "max_body}") && strcontains(policy.xml_content, "<base />")])
    error_message = "A policy is not what API Management keeps."
  }
  assert {
    condition     = strcontains(azurerm_api_management_api_operation_policy.this["publishCatalog"].xml_content, "@(8388608)") && strcontains(azurerm_api_management_api_operation_policy.this["createDeployment"].xml_content, "@(65536)") && strcontains(azurerm_api_management_api_operation_policy.this["startRun"].xml_content, "Pipeline.Report")
    error_message = "An operation has another's policy."
  }
  assert {
    condition     = azurerm_api_management_api_operation_policy.this["startRun"].operation_id == "startrun"
    error_message = "API Management calls the operation otherwise."
  }
  assert {
    condition     = strcontains(azurerm_api_management_policy_fragment.this["lazuli-limit-caller"].value, "none") && length(azurerm_api_management_backend.this.circuit_breaker_rule) == 0
    error_message = "The Consumption tier would refuse it."
  }
  assert {
    condition     = !azurerm_api_management_product.this["lazuli"].subscription_required && azurerm_api_management_product.this["integrations"].approval_required
    error_message = "The products ask people for a subscription, or programs for none."
  }
  assert {
    condition     = azurerm_api_management_api_diagnostic.this.frontend_request[0].body_bytes == 0 && length(azurerm_api_management_api_diagnostic.this.frontend_request[0].headers_to_log) == 0
    error_message = "Tokens or bodies would stand in the log."
  }

  # The portal.
  assert {
    condition     = jsondecode(output.portal_files["portal-config.json"]).api == "https://mocked.azure-api.net/v1" && azurerm_api_management_named_value.this["portal-origin"].value == "https://mocked.azurestaticapps.net"
    error_message = "Portal and API do not find each other."
  }
  assert {
    condition     = strcontains(jsondecode(output.portal_files["staticwebapp.config.json"]).globalHeaders["Content-Security-Policy"], "script-src 'self'; ")
    error_message = "The portal would run foreign scripts."
  }

  # Being told.
  assert {
    condition     = toset(keys(azurerm_monitor_scheduled_query_rules_alert_v2.this)) == toset(["stuck-operations", "sweep-silent", "failure-rate", "latency"]) && length(azurerm_consumption_budget_resource_group.this.notification) == 3
    error_message = "Nobody is told."
  }
}

run "without_hooks_there_is_no_key" {
  command = plan
  variables {
    hooks = false
  }

  assert {
    condition     = !azurerm_servicebus_namespace.this.local_auth_enabled && length(azurerm_servicebus_queue_authorization_rule.hooks) == 0
    error_message = "The bus takes keys that nobody needs."
  }
}

run "v2_limits_callers_and_breaks" {
  command = plan
  variables {
    gateway = { sku = "StandardV2_1", publisher_name = "Platform team", publisher_email = "platform@example.com" }
  }

  assert {
    condition     = strcontains(azurerm_api_management_policy_fragment.this["lazuli-limit-caller"].value, "<rate-limit-by-key") && !strcontains(azurerm_api_management_policy_fragment.this["lazuli-limit-caller"].value, "quota-by-key")
    error_message = "v2 knows limits by key, and no quotas."
  }
  assert {
    condition     = length(azurerm_api_management_backend.this.circuit_breaker_rule) == 1
    error_message = "There is no circuit breaker."
  }
}

run "classic_has_quotas" {
  command = plan
  variables {
    gateway = { sku = "Standard_1", publisher_name = "Platform team", publisher_email = "platform@example.com" }
  }

  assert {
    condition     = strcontains(azurerm_api_management_policy_fragment.this["lazuli-limit-caller"].value, "<quota-by-key")
    error_message = "There is no quota."
  }
}

run "own_names" {
  command = plan
  variables {
    gateway = { publisher_name = "Platform team", publisher_email = "platform@example.com", host = "api.lazuli.example" }
    portal  = { host = "lazuli.example" }
  }

  assert {
    condition     = azurerm_api_management_named_value.this["portal-origin"].value == "https://lazuli.example" && output.urls.api == "https://api.lazuli.example/v1"
    error_message = "The names of the installation are not used."
  }
}

run "locked" {
  command = plan
  variables {
    locked = true
  }

  assert {
    condition     = toset(keys(azurerm_management_lock.this)) == toset(["tables", "state", "values"])
    error_message = "What must not be lost can be deleted."
  }
}

run "refuses_a_name_that_vaults_have_no_room_for" {
  command = plan
  variables {
    name = "lazuli-platform"
  }
  expect_failures = [var.name]
}

run "names_have_room" {
  command = plan
  variables {
    name  = "platform"
    stage = "stage"
  }

  assert {
    condition     = alltrue([for account in azurerm_storage_account.this : can(regex("^[a-z0-9]{3,24}$", account.name))]) && alltrue([for vault in azurerm_key_vault.this : can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", vault.name))])
    error_message = "Azure refuses the longest names."
  }
  assert {
    condition     = length(azurerm_function_app_flex_consumption.this.name) <= 32
    error_message = "Hosts of two apps would share their leases."
  }
}
