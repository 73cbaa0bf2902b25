# Two commands matter: "make run" and "make test". "make help" lists the rest.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
FLASK := $(BIN)/python -m flask --app wsgi
# What "make test" may use from .venv (Node, when the machine has none) comes after the machine's own.
export PATH := $(PATH):$(CURDIR)/.venv/bin

export HOST PORT TLS
export PYTHONUNBUFFERED = 1

.DEFAULT_GOAL := help
.PHONY: help run install migrate demo-reset test lint test-deep audit bench requirements install-dev python

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | \
		awk -F'|' '{ printf "  make %-14s %s\n", $$1, $$2 }'

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Install it, or name it: make PYTHON=/path/to/python3" >&2; exit 2; }

run: python  ## install what is missing, migrate, start web and worker (PORT=8000 HOST=127.0.0.1 TLS=1)
	@$(PYTHON) scripts/serve.py --check
	@$(PYTHON) scripts/install.py runtime
	@exec $(BIN)/python scripts/serve.py --prepare

install: python  ## make .venv with the pinned packages
	@$(PYTHON) scripts/install.py runtime

migrate: install  ## bring the database up to date
	@$(FLASK) db upgrade

demo-reset: install  ## throw away the embedded database and load the demo anew
	@$(BIN)/python scripts/prepare.py --demo-reset

install-dev: python
	@$(PYTHON) scripts/install.py dev
	@$(BIN)/python scripts/translations.py compile

lint: install-dev  ## style, types, catalogue
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python scripts/translations.py check
	@$(BIN)/mypy

test: lint  ## everything that must be true before a commit
	@$(BIN)/python scripts/testbed.py
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not deep" $(TESTS)

test-deep: install-dev  ## the long and exhaustive runs too
	@$(BIN)/python scripts/testbed.py
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

audit: install-dev  ## known vulnerabilities of the pinned packages; fails when no advisory source answers
	@$(BIN)/python -m pip_audit --strict --disable-pip --no-deps --progress-spinner off $(AUDIT) \
		-r requirements.txt -r requirements-postgres.txt

bench: install-dev  ## the measurements of bench/
	@for file in $$(grep -l '^if __name__' bench/*.py); do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

requirements: install-dev  ## pin again after a change of a requirements*.in file
	@$(BIN)/python scripts/requirements.py
