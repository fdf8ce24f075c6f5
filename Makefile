# Two commands on a fresh machine: `make run` (the demo) and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PORT ?= 8000
PY := .venv/bin/python
BENCHES := kernel renault explanations browser rules service viewer launches
HEARD := reputation_models reputation_texts reputation_copies reputation_alerts reputation_crisis reputation_flow reputation_search reputation_boards

.PHONY: help run test test-postgres test-long test-photos check format bench bench-full bench-reputation lighthouse cars lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## Set up, load the demo and serve it on http://localhost:8000 (PORT=…)
	@scripts/setup run
	@exec .venv/bin/usine demo run --port $(PORT)

test: ## Set up and run every test
	@scripts/test

test-postgres: ## Set up and run the tests that use the database on PostgreSQL (`make test` runs those where engines can differ)
	@scripts/setup front
	@scripts/setup test
	@scripts/test_postgres

test-long: ## Set up and run the tests that `make test` leaves out as they take minutes: cars, films, fuzzed readers
	@scripts/setup front
	@scripts/setup test
	@$(PY) -m pytest -n 2 --dist loadfile --long tests/studio tests/kernel/test_browser_kernel.py tests/ranges/test_readers_fuzz.py

test-photos: ## Set up Blender (400 MB) and take photographs with it, which `make test` leaves out
	@scripts/setup photos
	@$(PY) -m pytest tests/studio/photos

check: ## Format, lint, types, imports; changes nothing (under a minute)
	@scripts/setup dev
	@scripts/check

format: ## Format the code
	@.venv/bin/ruff format usine tests bench scripts/*.py && .venv/bin/ruff check --fix usine tests bench

bench: ## Measure, each figure beside a named peer in the same run, and print the table (under 5 minutes)
	@scripts/setup bench
	@for part in $(BENCHES) figures; do $(PY) bench/$$part.py; done

bench-full: ## What takes longer: recommendation in 10 folds, every published rule set (goes on where it stopped)
	@scripts/setup bench
	@for range in small big; do $(PY) bench/recommendation.py $$range; done
	@for part in decomposition satisfiability recompile countries figures; do $(PY) bench/$$part.py; done

bench-reputation: ## How well and how fast the public is heard, each figure beside a named peer (a quarter of an hour)
	@scripts/setup bench
	@for part in $(HEARD) figures; do $(PY) bench/$$part.py; done

lighthouse: ## Measure every kind of page as Lighthouse's phone does (half an hour)
	@scripts/setup bench
	@for part in lighthouse figures; do $(PY) bench/$$part.py; done

cars: ## Make the demo's cars again, the files that pages load (two minutes each)
	@scripts/setup dev
	@for car in oree lisiere; do .venv/bin/usine studio levels demo/studio/$$car.yaml frontend/src/assets/cars --range demo/ranges/$$car; done

lock: ## Pin the Python packages again, with hashes and without addresses
	@scripts/lock

clean: ## Forget everything that was built or stored here
	@rm -rf .venv .venv-photos node_modules bench/lighthouse/node_modules frontend/dist var .mypy_cache .ruff_cache .pytest_cache .hypothesis
