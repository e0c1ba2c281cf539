# Thin on purpose: every target is one command that can be typed instead. `make help` lists them.
PNPM := npx --yes pnpm@10.34.9
BIN := node_modules/.bin
LOCAL := node deploy/local/dist/main.js
.DEFAULT_GOAL := help
.PHONY: help setup build run stop status logs certificate reset demo test e2e drill lint fmt bench docs manifests

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: node_modules/.setup ## Install what is missing

node_modules/.setup: pnpm-lock.yaml pnpm-workspace.yaml package.json $(wildcard */*/package.json */package.json)
	@node -e 'const [major, minor] = process.versions.node.split("."); if (major < 20 || (+major === 20 && minor < 19)) { console.error("Node 20.19 or newer is needed, this is " + process.version); process.exit(1) }'
	$(PNPM) install --frozen-lockfile
	@touch $@

build: setup ## Compile
	@$(BIN)/tsc -b
	@node scripts/bundle.mjs

# Stopping must not depend on whether everything else compiles just now.
deploy/local/dist/main.js: | setup
	@node scripts/bundle.mjs deploy/local

run: build ## Start everything; Ctrl-C stops it
	@$(LOCAL) run

stop: deploy/local/dist/main.js ## Stop what make run started
	@$(LOCAL) stop

status: deploy/local/dist/main.js ## What runs, and how it is
	@$(LOCAL) status

logs: deploy/local/dist/main.js ## Last lines of the logs (SERVICE=name, FOLLOW=1)
	@$(LOCAL) logs $(SERVICE) $(if $(FOLLOW),-f)

certificate: deploy/local/dist/main.js ## Make a CA and a certificate for HTTPS (HOSTS="names and addresses")
	@$(LOCAL) certificate $(HOSTS)

reset: deploy/local/dist/main.js ## Remove all data, logs and secrets (CONFIRM=yes)
	@CONFIRM=$(CONFIRM) $(LOCAL) reset

demo: build ## Play a site against a running make run
	@node test-e2e/dist/demo.js

test: setup ## Tests that need no peer from outside
	@$(BIN)/vitest run

e2e: build ## Tests with real clients and servers
	@$(BIN)/vitest run --config vitest.e2e.config.ts

drill: build ## What is too long for every run: a million hostile datagrams and requests, a million call records, 1,000 SIP changes, with kills; a day with 20 million calls stored (DRILL_SCALE, DRILL_SEED, DRILL_CALLS)
	@node test-e2e/dist/drill.js
	@node bench/dist/drill.js
	@RATING_RECORDS=$${RATING_RECORDS:-1000000} E2E_SIP_CHANGES=$${E2E_SIP_CHANGES:-1000} \
		$(BIN)/vitest run --config vitest.e2e.config.ts test-e2e/src/rating-faults.test.ts test-e2e/src/sip-faults.test.ts

lint: build ## Format, types, boundaries, dead code
	@node scripts/lint.mjs

fmt: setup ## Format
	@$(BIN)/biome check --write .

bench: build ## The budgets, as benchmarks
	@node bench/dist/main.js

docs: build ## Write docs/reference again
	@node scripts/docs.mjs

manifests: build ## Write the files of deploy/ that follow from the list of services
	@node deploy/manifests/dist/main.js
