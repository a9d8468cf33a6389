terraform {
  required_version = ">= 1.6"

  required_providers {
    sandbox = {
      source  = "lazuli-platform/sandbox"
      version = "~> 0.1"
    }
  }
}
