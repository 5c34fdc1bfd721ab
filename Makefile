# Everything is done by `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
PIP := $(BIN)/pip --disable-pip-version-check --no-input -qq
BUILD := casework/web/static/build

# A stamp carries the checksum of what it was made from in its name: a clone that was moved, a
# changed lock file or a new branch makes it anew, a mere change of a file's date does not.
checksum = $(shell (cat $(1)) 2>/dev/null | cksum | tr ' ' '-')
BASE := $(STAMPS)/environment-$(shell pwd | cksum | tr " " "-")
RUNTIME := $(STAMPS)/runtime-$(call checksum,requirements.txt)
COMMAND := $(STAMPS)/command-$(call checksum,pyproject.toml)
DEVELOPMENT := $(STAMPS)/development-$(call checksum,requirements-dev.txt)

# Two set-ups of one folder at the same moment: the second waits, then finds the work done.
once = @if command -v flock >/dev/null; then exec 9>.setup.lock; flock 9; fi; [ -e $@ ] || { set -e

$(BASE):
	$(once); \
	[ -n "$(PYTHON)" ] || { echo "casework needs Python 3.11 or newer; none was found on the PATH."; exit 1; }; \
	$(PYTHON) -m venv --clear $(VENV) || { \
		echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }; \
	mkdir -p $(STAMPS); touch $@; }

$(RUNTIME): $(BASE)
	$(once); \
	echo "Setting up: Python packages (once) ..."; \
	$(PIP) install --require-hashes -r requirements.txt; \
	touch $@; }

$(COMMAND): $(RUNTIME)
	$(once); \
	$(PIP) install --no-deps --no-build-isolation -e .; \
	touch $@; }

$(DEVELOPMENT): $(COMMAND)
	$(once); \
	echo "Setting up: tools for tests and checks (once) ..."; \
	$(PIP) install --require-hashes -r requirements-dev.txt; \
	touch $@; }

# Node from the PATH when it is new enough, else the one that comes as a Python package.
NODE_FITS = node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null && npm -v >/dev/null 2>&1
FRONTEND := $(shell find frontend -type f 2>/dev/null | sort)
MODULES := node_modules/.installed-$(call checksum,package-lock.json .npmrc)
BUILT := $(BUILD)/.built-$(call checksum,package-lock.json package.json $(FRONTEND))
WORDS := $(patsubst %.po,%.mo,$(wildcard casework/translations/*/LC_MESSAGES/*.po))
with_node = PATH="$(abspath $(BIN)):$$PATH"; $(NODE_FITS) || $(PIP) install --require-hashes -r requirements-node.txt

$(MODULES): | $(RUNTIME)
	$(once); \
	echo "Setting up: parts of the pages (once) ..."; \
	$(with_node); npm ci --silent --no-progress; \
	touch $@; }

$(BUILT): $(MODULES)
	$(once); \
	$(with_node); npm run --silent build; \
	rm -f $(BUILD)/.built-*; touch $@; }

# Not pybabel compile: it takes a placeholder that only the plural has for a mistake.
COMPILE = import sys; from babel.messages import mofile, pofile; \
	mofile.write_mo(sys.stdout.buffer, pofile.read_po(open(sys.argv[1], "rb")))

%.mo: %.po | $(RUNTIME)
	@$(BIN)/python -c '$(COMPILE)' $< > $@.$$$$ && mv $@.$$$$ $@

.PHONY: help
help:  ## Say what can be done here
	@echo "make run                      the whole system on http://127.0.0.1:8000"
	@echo "make run PORT=8010 VAR=folder the same on another port, with another data folder"
	@echo "make test                     all tests"
	@echo
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | sort | while IFS='|' read name what; do \
		printf '  %-12s %s\n' "$$name" "$$what"; done

.PHONY: run
run: setup  ## Run everything here, with a made-up district to try it
	@exec env $(if $(PORT),PORT=$(PORT)) $(if $(VAR),VAR="$(VAR)") $(BIN)/casework run

.PHONY: setup
setup: $(COMMAND) $(BUILT) $(WORDS)  ## Install and build everything, start nothing

.PHONY: development
development: setup $(DEVELOPMENT)  ## Install what tests and checks need too

.PHONY: test
test: development  ## Run all tests; PYTEST="tests/workflow -k name" chooses some
	@sh tests/browser_setup.sh
	@$(BIN)/pytest -n 2 --dist loadfile -m "not bench" $(PYTEST)

.PHONY: check
check: development  ## Run linters, type checker, import contracts and the check of translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --quiet --lint casework/web/templates
	$(BIN)/python -m tests.translations

.PHONY: format
format: development  ## Write all Python files in the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: development  ## Measure speed and memory; takes its time
	@$(BIN)/python -m bench $(BENCH)
	@$(BIN)/python -m bench.supervision
	@$(BIN)/python -m bench.public

.PHONY: migrate
migrate: setup  ## Bring the database to the version of this code
	@$(BIN)/casework migrate

.PHONY: lock
lock: $(COMMAND)  ## Choose newer packages and write them, with their hashes, into requirements*.txt
	@$(PYTHON) -m venv --clear $(VENV)/lock && $(VENV)/lock/bin/pip -q install uv
	@set -e; lock="$(VENV)/lock/bin/uv pip compile --upgrade --universal --no-strip-extras --generate-hashes \
		--no-emit-index-url --no-header --python-version 3.11 --quiet"; \
	$$lock requirements.in -o requirements.txt; \
	$$lock requirements-dev.in -c requirements.txt -o requirements-dev.txt; \
	$$lock requirements-node.in -o requirements-node.txt

.PHONY: clean
clean:  ## Remove what set-up made; the data in var/ stays
	rm -rf $(VENV) node_modules $(BUILD) $(WORDS) *.egg-info .mypy_cache .ruff_cache .pytest_cache
