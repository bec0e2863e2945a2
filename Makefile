# make serve, make test: everything on a machine with Python >= 3.11 and pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(PYTHON) -m pip --python $(BIN)/python install --quiet --constraint constraints.txt
PORT ?= 8000
# The slow tests wait for processes and clocks half of the time.
SLOW_JOBS ?= $(shell expr $$(nproc) '*' 2)
ARTICLES ?= 100000
DATA ?= build/data-$(ARTICLES)
MINUTES ?= 2
SECONDS ?= 60
SEED ?= 1

.PHONY: serve test lint slow conformance data bench attack clean

serve: $(VENV)/.serve
	$(BIN)/stancegraph serve --port $(PORT)

test: $(VENV)/.test
	$(BIN)/pytest -m "not slow" -n auto --dist worksteal $(PYTEST_FLAGS)

slow: $(VENV)/.test
	$(BIN)/pytest -m slow -n $(SLOW_JOBS) --dist worksteal

conformance: $(VENV)/.test
	$(BIN)/python -m tests.conformance.run

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

data: $(DATA)/current

bench: $(VENV)/.bench $(DATA)/current
	$(BIN)/python tests/bench/calls.py $(DATA)
	$(BIN)/python tests/bench/commits.py $(DATA)
	$(BIN)/python -m tests.bench.lookups
	$(BIN)/python -m tests.bench.attack $(DATA)

attack: $(VENV)/.bench
	$(BIN)/python -m tests.bench.attack

soak: $(VENV)/.test
	$(BIN)/python -m tests.soak.run --minutes $(MINUTES)

fuzz: $(VENV)/.test
	$(BIN)/python -m tests.fuzz.run --seconds $(SECONDS) --seed $(SEED)

$(DATA)/current: | $(VENV)/.test
	$(BIN)/python -m tests.bench.data --articles $(ARTICLES) --data $(DATA)

# --without-pip: Debian ships Python without ensurepip; the pip outside installs into it.
$(VENV)/bin/python:
	$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.serve: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	touch $@

$(VENV)/.test: $(VENV)/.serve
	$(PIP) --editable '.[test]'
	touch $@

$(VENV)/.lint: $(VENV)/.test
	$(PIP) --editable '.[test,lint]'
	touch $@

$(VENV)/.bench: $(VENV)/.test
	$(PIP) --editable '.[test,bench]'
	touch $@

clean:
	rm -rf $(VENV) build dist
