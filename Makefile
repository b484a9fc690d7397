# Every target explains itself: `make` or `make help`. Needs Python 3.11 or newer, make, and nothing else.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV = $(shell command -v uv || echo $(BIN)/uv)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock"

help: ## Say what can be made
	@awk 'BEGIN { FS = ":.*## " } /^## / { print "\n" substr($$0, 4) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

## Begin

setup: $(VENV)/.installed ## Make .venv with .venv/bin/rogatory and everything that developing needs

demo: setup ## Show the main job: three nodes on this machine, with fictional people
	$(BIN)/rogatory demo

test: setup $(VENV)/.machine ## Every test, the pure ones first; then the node's again on PostgreSQL
	$(BIN)/python -m pytest $(ARGS)
	$(if $(ARGS),,ROGATORY_TEST_DATABASE=postgresql $(BIN)/python -m pytest -q tests/node)

test-large: setup ## Evidence of 20 GB and of 100,000 files, generated as it is read (half an hour, little disk)
	ROGATORY_LARGE=1 $(BIN)/python -m pytest -q -s tests/custody/test_large.py

drills: setup ## The drills of ledger and custody, long: 100 kills each, 2,000 flipped bits, 10,000 altered copies, 100,000 rules in the life of a log (an hour; as root for full disks)
	ROGATORY_DRILLS=1 ROGATORY_KILLS=100 ROGATORY_FILE_FLIPS=2000 ROGATORY_FLIPS=10000 ROGATORY_STEPS=100000 $(BIN)/python -m pytest -q \
		tests/drills tests/nodes/evidence/test_kills.py tests/nodes/test_old_copy.py tests/nodes/test_restored.py tests/nodes/test_stories.py tests/nodes/test_canary.py \
		tests/node/test_flipped_bits.py tests/ledger/test_flips.py tests/ledger/test_outside_checker.py tests/ledger/test_life_of_a_log.py

## Work

check: format lint types imports law-check vectors test docs ## All that a change must pass, in the order of its cost
	@echo "All checks passed."

test-pure: setup ## The tests that need no database, process or browser: seconds
	$(BIN)/python -m pytest -q -m "not postgres and not pages and not nodes and not slow" $(ARGS)

format: setup ## Is everything laid out alike?  (make fix lays it out)
	$(BIN)/ruff format --check .

lint: setup ## Style and known mistakes
	$(BIN)/ruff check .

types: setup ## mypy, strict
	$(BIN)/mypy

imports: setup ## Who may import whom
	$(BIN)/lint-imports --no-logo

law-check: setup ## Check the law files and run every worked case
	$(BIN)/rogatory law check
	$(BIN)/rogatory law test law/scenarios
	$(BIN)/rogatory law test law/overlay-scenarios --overlays
	$(BIN)/rogatory forms check

vectors: setup ## Make the vectors of the ledger again, and have a second verifier judge them: no difference may be left
	$(BIN)/python tools/make_vectors.py
	$(BIN)/python tools/second_verifier.py vectors tests/vectors/ledger
	@test -z "$$(git status --porcelain tests/vectors)" || { git status --short tests/vectors; exit 1; }

docs: setup ## Build the documents into docs/_build/html; a warning is an error
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

bench: setup ## Measure: ratios beside a reference from the same run
	@for command in benchmarks/*.py; do echo "== $$command"; $(BIN)/python "$$command" || exit 1; done

mutate: $(VENV)-mutants/.installed ## Change the law engine one thing at a time: do its tests notice?  (MODULE="clocks periods"; all: an hour)
	$(VENV)-mutants/bin/python -m tools.mutants $(ARGS) $(MODULE)

fix: setup ## Lay the code out and mend what can be mended without thought
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

## Keep

lock: setup ## Lock the dependencies again, with hashes
	$(COMPILE) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(COMPILE) pyproject.toml -o requirements/runtime.txt
	$(COMPILE) -c requirements/runtime.txt pyproject.toml requirements/dev.in -o requirements/dev.txt
	$(UV) pip compile --quiet --no-deps --python-version 3.12 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" requirements/outside.in -o requirements/outside.txt
	$(COMPILE) -c requirements/dev.txt pyproject.toml requirements/dev.in requirements/mutants.in -o requirements/mutants.txt

audit: setup ## Ask whether a locked dependency is known to be vulnerable (needs a network)
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/runtime.txt

clean: ## Remove all that was made here
	rm -rf $(VENV) $(VENV)-mutants .mutants docs/_build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup demo test test-large drills check test-pure format lint types imports law-check vectors docs bench fix lock audit clean mutate

# --- What is made once, until what it is made from changes --------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Rogatory needs Python 3.11 or newer, and $(PYTHON) is older or absent. Name one: make PYTHON=python3.12 setup"; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --python "$$(command -v $(PYTHON))" $(VENV); else \
		$(PYTHON) -m venv $(VENV) || { echo "Debian keeps this apart: sudo apt-get install python3-venv"; exit 1; }; fi

$(VENV)/.locked: requirements/dev.txt requirements/outside.txt requirements/bootstrap.txt | $(BIN)/python
	@command -v uv >/dev/null || test -x $(BIN)/uv || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python --require-hashes \
		-r requirements/outside.txt
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.locked
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)-mutants/.installed: requirements/mutants.txt pyproject.toml $(VENV)/.installed
	$(UV) venv --quiet --allow-existing --python $(BIN)/python $(VENV)-mutants
	$(UV) pip sync --quiet --python $(VENV)-mutants/bin/python --require-hashes requirements/mutants.txt
	$(UV) pip install --quiet --python $(VENV)-mutants/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.machine: tools/test_machine.sh $(VENV)/.locked
	@tools/test_machine.sh
	@touch $@
