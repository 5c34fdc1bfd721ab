# Everything is done by `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
PIP := $(BIN)/pip --disable-pip-version-check --no-input -q
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

.PHONY: venv
venv: $(DEVELOPMENT)  ## Install everything that tests and checks need into .venv

.PHONY: run
run: $(COMMAND) assets words  ## Run everything: PORT=8010 VAR=folder choose the port and the data folder
	@exec env $(if $(PORT),PORT=$(PORT)) $(if $(VAR),VAR=$(VAR)) $(BIN)/casework run
