# A small installation: next to nothing at rest. Ids of your own go into ids.dev.tfvars beside it (README.md), which is not committed.
stage    = "dev"
location = "westeurope"

gateway = {
  sku             = "Consumption_0" # no limits by caller and no circuit breaker: docs/gateway.md
  publisher_name  = "Platform team"
  publisher_email = "platform@example.com"
}

logs = {
  days     = 30
  daily_gb = 0.5
}

budget = {
  amount = 50
  start  = "2026-12-01T00:00:00Z"
  emails = ["platform@example.com"]
}
