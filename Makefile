# What a person runs, CI runs. Each target says in its one comment what it is for.
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
UV := .venv/bin/uv
# Two files of tests at a time, each file by one worker, which starts the servers that its tests need.
PYTEST := -m pytest -n 2 --dist loadfile

.PHONY: help setup demo test check lint types covered fast mutants servers lock bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: .venv/.ready ## build .venv with siaga and all that its tests import

.venv/.ready: requirements/dev.txt pyproject.toml scripts/setup
	@scripts/setup

demo: setup ## play January 2024 on simulated platforms, with the live page open
	.venv/bin/siaga demo

test: setup servers ## run every test, with the real servers that they start
	$(PYTHON) $(PYTEST)

fast: setup ## run the tests that need no real server and no browser
	$(PYTHON) $(PYTEST) -m "not servers and not browser and not slow"

check: setup lint types covered ## lint, type-check and test, with the pure rooms' branch coverage held

covered: setup servers
	@mkdir -p .cache
	@$(PYTHON) -m coverage erase
	$(PYTHON) -m coverage run $(PYTEST)
	@$(PYTHON) -m coverage combine -q
	@$(PYTHON) scripts/coverage

mutants: setup ## try mutants of a pure room against its tests: make mutants ROOM=cases [MODULE=deadlines]
	@scripts/mutants $(ROOM) $(MODULE)

lint: setup ## style, imports and formatting
	.venv/bin/ruff check --no-cache .
	.venv/bin/ruff format --check .

types: setup ## strict types
	.venv/bin/mypy

servers: setup ## fetch and build the real servers that tests talk to (cached)
	@scripts/servers

bench: setup ## list the benchmarks and how to run each; results belong in docs/performance/
	$(PYTHON) -m benchmarks

lock: setup ## renew the locked dependencies
	@scripts/lock

clean: ## remove what setup and tests have built
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache build
