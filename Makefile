# Every target explains itself: make help
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null)
STAMP := .venv/.ready

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) ## Make .venv with .venv/bin/rogatory and everything that developing needs

$(STAMP): requirements/dev.txt pyproject.toml
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@if [ -n "$(UV)" ]; then \
	  uv pip sync --quiet --python .venv/bin/python --require-hashes requirements/dev.txt && \
	  uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .; \
	else \
	  test -x .venv/bin/uv || .venv/bin/python -m pip install --quiet uv; \
	  .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements/dev.txt && \
	  .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .; \
	fi
	@touch $(STAMP)

demo: setup ## Three nodes on this machine, with fictional people; Ctrl-C stops them
	@.venv/bin/rogatory demo

test: setup ## Install, then every test: pure ones first, then databases, then real processes
	@bash tools/test_machine.sh
	.venv/bin/python -m pytest tests/act tests/law tests/ledger tests/procedure tests/custody tests/exchange tests/architecture -q
	.venv/bin/python -m pytest tests --ignore=tests/act --ignore=tests/law --ignore=tests/ledger --ignore=tests/procedure --ignore=tests/custody --ignore=tests/exchange --ignore=tests/architecture -q

check: setup ## Lint, types, imports, law, documents
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/rogatory law check
	.venv/bin/rogatory law test law/scenarios
	$(MAKE) --no-print-directory docs

docs: setup ## Build the documents; a warning is an error
	.venv/bin/sphinx-build -q -W -b html docs docs/_build/html

bench: setup ## Measure: ratios beside a reference, in one run
	.venv/bin/python benchmarks/acts.py
	.venv/bin/python benchmarks/law.py
	.venv/bin/python benchmarks/verify.py

law-check: setup ## Check the law files and run every worked case
	.venv/bin/rogatory law check && .venv/bin/rogatory law test law/scenarios

lock: ## Lock dependencies with hashes (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header requirements/runtime.in -o requirements/runtime.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header requirements/dev.in -o requirements/dev.txt

clean: ## Remove what was made
	rm -rf .venv docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help setup demo test check docs bench law-check lock clean
