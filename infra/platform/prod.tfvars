# What a company runs. Ids of your own go into ids.prod.tfvars beside it (README.md), which is not committed.
stage    = "prod"
location = "westeurope"

replication = "ZRS"
locked      = true

gateway = {
  sku             = "StandardV2_1"
  publisher_name  = "Platform team"
  publisher_email = "platform@example.com"
}

portal = {
  sku = "Standard"
}

app = {
  memory_mb         = 2048
  maximum_instances = 100
  always_ready      = { http = 1 } # nobody waits for a first start
  zones             = true
}

alerts = {
  emails = ["platform@example.com"]
}

logs = {
  days             = 90
  daily_gb         = 5
  gateway_sampling = 50
}

budget = {
  amount = 1200
  start  = "2026-12-01T00:00:00Z"
  emails = ["platform@example.com"]
}

# With private addresses alone, add for example:
# network = { address_space = "10.40.0.0/22", deployer_addresses = ["198.51.100.7/32"] }
