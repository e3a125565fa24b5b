# Every command works on a fresh checkout: the first one that needs it sets up .venv by itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
DISTRICT ?= data/districts/demo
PERIOD ?= 2024-08
READY := .venv/.ready
SCHEDULER := jingan_analysis.reporting.jupyter_job.ReportScheduler

# Nothing is written outside the checkout: caches and settings of the tools stay in .cache.
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export MPLCONFIGDIR := $(CURDIR)/.cache/matplotlib
export IPYTHONDIR := $(CURDIR)/.cache/ipython
export JUPYTER_CONFIG_DIR := $(CURDIR)/.cache/jupyter/config
export JUPYTER_DATA_DIR := $(CURDIR)/.cache/jupyter/data
export JUPYTER_RUNTIME_DIR := $(CURDIR)/.cache/jupyter/runtime
export JUPYTERLAB_SETTINGS_DIR := $(CURDIR)/.cache/jupyter/lab/settings
export JUPYTERLAB_WORKSPACES_DIR := $(CURDIR)/.cache/jupyter/lab/workspaces
export RUFF_CACHE_DIR := $(CURDIR)/.cache/ruff
export MYPY_CACHE_DIR := $(CURDIR)/.cache/mypy

.PHONY: help setup report test check lint types notebooks browser lab bench data dictionary messages known clean

help: ## List the commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## Make the local environment (the other commands do it by themselves)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11, 3.12 or 3.13 is needed, not " + sys.version.split()[0] + "; name one: make PYTHON=python3.12 report") if not (3, 11) <= sys.version_info[:2] <= (3, 13) else 0'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Setting up .venv from requirements.lock (once, a few minutes) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@rm -rf .cache/pip
	@touch $@

report: $(READY) ## Run all studies on DISTRICT (the demonstration district) for PERIOD; see reports/index.html
	@$(BIN)/jingan run-all --district $(DISTRICT) --period $(PERIOD)

test: $(READY) ## Run the tests
	@# Compiled code that another file's compiled code was built into does not notice a change there.
	@find jingan_analysis -name '*.nb[ic]' ! -newer jingan_analysis/geography/search.py -delete
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder tests

check: $(READY) lint types test ## All that must hold: lint, types, structure and other tests

lint: $(READY) ## Style
	@$(BIN)/ruff check jingan_analysis tests benchmarks
	@$(BIN)/ruff format --check jingan_analysis tests benchmarks

types: $(READY) ## Types
	@$(BIN)/mypy

notebooks: $(READY) ## Run every notebook as a researcher would, with nbval
	@cd notebooks && OPENBLAS_NUM_THREADS=1 ../$(BIN)/python -m pytest -q -n 2 --dist loadfile --nbval-lax -p no:cacheprovider --ignore=jobs .

browser: $(READY) ## Only the tests in a real browser (needs Chromium)
	@$(BIN)/python -m pytest -q -m browser tests

lab: $(READY) ## JupyterLab in notebooks/
	@# "Create Job" publishes reports where the extra 'scheduler' is installed; without it the option says nothing.
	@cd notebooks && ../$(BIN)/jupyter lab --SchedulerApp.scheduler_class=$(SCHEDULER)

bench: $(READY) ## Speed against peers, as ratios within one run
	@$(BIN)/python -m benchmarks

data: $(READY) ## Regenerate the demonstration district (gives the same bytes)
	@$(BIN)/python -m jingan_analysis.demo --out data/districts/demo

dictionary: $(READY) ## Regenerate docs/data_dictionary.md
	@$(BIN)/jingan dictionary > docs/data_dictionary.md

messages: $(READY) ## Collect the words of the reports into the catalogues of jingan_analysis/locales
	@mkdir -p .cache
	@cd jingan_analysis && ../$(BIN)/pybabel -q extract -F locales/babel.cfg -k tr -k mark -k state --add-location=file --sort-by-file -w 120 \
	  --project jingan_analysis -o ../.cache/messages.pot .
	@for locale in zh_CN ja; do $(BIN)/pybabel -q update -i .cache/messages.pot -d jingan_analysis/locales -D jingan -l $$locale \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --init-missing -w 120; done

known: $(READY) ## docs/known_answers.md: published numbers against ours
	@PYTHONPATH=tests/support:tests/reference $(BIN)/python tests/support/known_answers.py

clean: ## Remove the environment, caches and generated reports
	@rm -rf .venv .cache reports/* reports/.site reports/.work notebooks/jobs .pytest_cache
