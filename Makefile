# Needs Python 3.11 or newer, and a network the first time. What is installed stays in .venv.
# Another Python: make app PYTHON=/path/to/python3.12. More arguments: make test ARGS="-k layers".

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
INSTALLED := .venv/installed
UV := uv==0.13.9
PYTEST := $(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder

# Else each worker, and each server that a test starts, would compile tests and program anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help app dev test quick check install lock screenshots

help: ## list the targets
	@awk -F ': .*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' Makefile

app: $(INSTALLED) ## open the app in the browser; CELL_TYPES_… settings are passed on
	$(BIN)/python -m streamlit run app.py $(ARGS)

dev: $(INSTALLED) ## open the app, and take up each change of an imported file
	$(BIN)/python -m streamlit run app.py --server.fileWatcherType=poll $(ARGS)

test: check ## run every check and test, those in a real browser included
	$(BIN)/python tests/browser/chromium.py
	$(PYTEST) $(ARGS)

quick: check ## run the checks and what needs no page, with few examples
	$(PYTEST) --no-pages -m "not slow" --hypothesis-profile=quick $(ARGS)

check: $(INSTALLED) ## check style and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

install: $(INSTALLED) ## make .venv and install what requirements.lock names

screenshots: $(INSTALLED) ## take the README's pictures anew
	$(BIN)/python -m docs.screenshots

# The stamp comes last: an interrupted installation is taken up again.
$(INSTALLED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo '$(PYTHON) is not Python 3.11 or newer: name one with PYTHON=/path/to/python3.'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo '$(PYTHON) lacks its venv module: install it (on Debian and Ubuntu: python3-venv).'; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $(INSTALLED)

# Keeps the versions that still fit; newer ones come with ARGS=--upgrade.
lock: ## write requirements.lock anew from pyproject.toml
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --disable-pip-version-check --quiet $(UV)
	build/lock/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock $(ARGS)
