# Everything a developer does, and what CI runs (.ci/run). Needs Go, Node, git, make and bash; fetches the rest.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

# Two linkers at a time need 5 GB of memory; say PARALLEL=8 on a machine that has it.
PARALLEL ?= 2
PACKAGES ?= ./...
FUZZTIME ?= 20s

export CGO_ENABLED ?= 0
slim := -trimpath -ldflags "-s -w"

.PHONY: help
help: ## Explain the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Start the whole platform on this machine
	@bin/lazuli up

.PHONY: build
build: package portal ## Build the CLI, the Terraform provider, the app folder and the portal
	@go build -o bin/ ./cmd/lazuli ./cmd/terraform-provider-sandbox

# The folder that is deployed, and that "lazuli up" runs: function folders directly beneath host.json.
.PHONY: package
package: ## Assemble the deployable app in dist/app
	@go build $(slim) -o dist/handler ./handler
	@.ci/package dist/handler dist/app

.PHONY: portal
portal: portal/dist/index.html ## Build the portal in portal/dist, where there is Node

portal/dist/index.html: $(shell find portal -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/.tanstack/*' -not -name '*.md' -not -name '*.test.*')
	@.ci/portal build

.PHONY: generate
generate: ## Derive models, client and function.json from apim/openapi.yaml, and the modules' README files
	@.ci/generate .

.PHONY: test
# The time limit leaves room for building OpenTofu, once, on a machine that has no engine.
test: build ## Run all tests, with the race detector where there is a C compiler
	@if command -v "$$(go env CC)" >/dev/null; then export CGO_ENABLED=1 race=-race; \
	else echo 'NOTE: no C compiler, so the tests run WITHOUT the race detector'; fi; \
	go test $${race:-} -p $(PARALLEL) -timeout 40m $(PACKAGES)
	@$(MAKE) --no-print-directory test-portal simulate

.PHONY: test-portal
test-portal: build ## Test the portal's parts, and walk through it with a browser against the whole platform
	@.ci/portal typecheck
	@.ci/portal test
	@.ci/portal journey

.PHONY: screenshots
screenshots: build ## Take pictures of the portal's pages into docs/screenshots
	@.ci/portal screenshots

.PHONY: simulate
simulate: ## Try 20,000 worlds of faults, each fault at each point, and find six planted bugs
	@CGO_ENABLED=0 go test -tags planted -timeout 40m ./internal/simulation -seeds 20000 -faults 0 -pairs 3000

.PHONY: soak
soak: ## Try a million worlds of faults, and every pair of faults; it takes hours, and tells how far it is
	@CGO_ENABLED=0 go test -tags planted -timeout 0 -v ./internal/simulation -seeds 1000000 -faults 0 -pairs 0

.PHONY: check
check: ## Check format, vet, lint, shell scripts and what is generated
	@.ci/check

.PHONY: infra
infra: ## Check the Terraform modules: format, validity, and their tests with mocked providers, without a network
	@PARALLEL=$(PARALLEL) .ci/infra

.PHONY: infra-full
infra-full: ## The same with the real azurerm, which takes half an hour and 4 GB to build, once on a machine
	@azurerm=$$(.ci/tool terraform-provider-azurerm 5.2.0 .ci/azurerm github.com/hashicorp/terraform-provider-azurerm) && \
	LAZULI_AZURERM=$$azurerm PARALLEL=$(PARALLEL) .ci/infra

.PHONY: azurerm-schema
azurerm-schema: ## Record the real azurerm's schema of what the modules use, anew
	@.ci/azurerm-schema

.PHONY: bench
bench: build ## Run the benchmarks
	@go test -run '^$$' -bench . -benchmem -p 1 $(PACKAGES)

.PHONY: chaos
chaos: build ## Kill the handler 100 times while 50 environments are worked on, and check every promise (half an hour)
	@go test ./handler -run '^TestChaos$$' -v -count 1 -timeout 3h -chaos.kills 100 -chaos.environments 50 -chaos.operations 500

.PHONY: fuzz
fuzz: ## Fuzz every fuzz target for FUZZTIME each (20s)
	@.ci/fuzz $(FUZZTIME)
