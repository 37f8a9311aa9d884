# EMADS: `make run` is all a newcomer needs. See README.md.
SHELL := /bin/bash
PORT ?= 8000
DEBUG ?= 1
# A folder or index with CPU wheels of PyTorch; empty takes what pip is set up for.
TORCH_INDEX ?=
BIN := .venv/bin
export PORT DEBUG TORCH_INDEX

.PHONY: run setup setup-dev test lint format bench browser-test services stop-services lock clean

run: setup
	@exec $(BIN)/python deploy/run.py

setup:
	@bash deploy/setup.sh

setup-dev:
	@bash deploy/setup.sh dev

test: setup-dev
	$(BIN)/pytest tests -m "not browser"

browser-test: setup-dev
	$(BIN)/pytest tests/browser -m browser

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-cache
	EMADS_DATA_DIR=$$(mktemp -d) $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python deploy/file_sizes.py

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup-dev
	$(BIN)/python -m benchmarks

services:
	@bash deploy/services.sh start

stop-services:
	@bash deploy/services.sh stop

lock: setup
	@bash deploy/lock.sh

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
