# Everything starts here. `make` alone lists the targets. Only python3 (3.11 or newer) and make are
# needed; `.venv` holds the rest, exactly as requirements-dev.lock pins it.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
TOOLS := .venv/.tools
FUZZ := .venv/fuzz/.installed
# A current pip first (it reads the index three times faster than the one that old Pythons bring);
# modules are compiled when they are first used, not all at once.
INSTALL := $(BIN)/python -m pip install -q --disable-pip-version-check --no-input --no-compile --no-deps

HOST ?= 127.0.0.1
PORT ?= 8080
DATABASE ?= sqlite:///data/callboard.db
PYTEST_ARGS ?= -n 2
BENCH_ARGS ?=
ARGS ?=
FUZZ_EXAMPLES ?= 500
CRASHES ?= 1000
CHAOS_MINUTES ?= 10
CHAOS_SEED ?=

.DEFAULT_GOAL := help
.PHONY: help setup run demo test fuzz crash chaos lint check bench format lock vendor reference unasync clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: $(TOOLS) $(FUZZ) ## Make .venv with the locked dependencies and tools (again only when they changed)

$(STAMP): requirements-pip.lock requirements.lock requirements-build.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Callboard needs Python 3.11 or newer (make setup PYTHON=python3.12)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked dependencies into .venv ..."
	@$(INSTALL) --require-hashes -r requirements-pip.lock
	@$(INSTALL) --require-hashes -r requirements.lock -r requirements-build.lock
	@$(INSTALL) --no-build-isolation -e .
	@touch $@

$(TOOLS): $(STAMP) requirements-dev.lock
	@echo "Installing the tools for tests ..."
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

# Schemathesis wants a jsonschema-rs of its own, so it has an environment of its own.
$(FUZZ): $(STAMP) requirements-fuzz.lock
	@test -x .venv/fuzz/bin/python || $(BIN)/python -m venv --without-pip .venv/fuzz
	@$(BIN)/python -m pip --python .venv/fuzz/bin/python install -q --disable-pip-version-check --no-input \
	  --no-compile --no-deps --require-hashes -r requirements-fuzz.lock
	@touch $@

run: $(STAMP) ## Start the development server on PORT (8080), data in ./data
	@mkdir -p data
	@exec $(BIN)/callboard serve --dev --host $(HOST) --port $(PORT) --database $(DATABASE)

demo: $(TOOLS) ## Play a purchase order with two services, step by step (ARGS=--stay lets it run on)
	@$(BIN)/python docs/scripts/demo.py $(ARGS)

test: setup ## Run all tests
	@$(BIN)/pytest $(PYTEST_ARGS)

fuzz: setup ## Ask every operation FUZZ_EXAMPLES (500) times what nobody would ask
	@$(BIN)/python -m tests.acceptance.fuzzing $(FUZZ_EXAMPLES)

crash: setup ## Kill a server CRASHES (1000) times under load, and see that nothing is lost or doubled
	@$(BIN)/python -m tests.acceptance.crashing $(CRASHES)

chaos: setup ## Kill nodes on one PostgreSQL for CHAOS_MINUTES (10) under load; CHAOS_SEED repeats a run
	@$(BIN)/python -m tests.acceptance.chaos $(CHAOS_MINUTES) $(if $(CHAOS_SEED),--seed $(CHAOS_SEED))

lint: setup ## Check format, lint, types and the import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint test ## Everything that continuous integration checks

bench: setup ## Print the benchmark figures beside their floors
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

format: setup ## Format the code and fix what can be fixed
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

reference: setup ## Write the generated pages of docs/reference again
	@$(BIN)/python -m scripts.reference

unasync: setup ## Make the client without asyncio again, from the one with it
	@$(BIN)/python -m scripts.unasync

lock: setup ## Pin the dependencies again, after a change of pyproject.toml
	@sh scripts/lock.sh $(BIN)

vendor: ## Refresh the vendored files of the server
	@sh scripts/vendor.sh

clean: ## Remove what the other targets made (not ./data)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
