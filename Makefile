# Each target makes .venv by itself; nothing but Python 3.11+ and make is needed. `demo` installs what Veille needs
# (requirements.lock); the others add the extras and the tools of development.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# More than cores: brokers, browsers and services are often waited for.
WORKERS ?= 4

.PHONY: demo test test-fast test-long test-scale fuzz fingerprint bench lint lock clean
.DEFAULT_GOAL := demo

.venv/.core: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Veille needs Python 3.11 or later: make PYTHON=python3.12 …" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Veille and its pinned libraries into .venv (a minute or two, once) …" >&2
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed: .venv/.core requirements-extras.lock requirements-dev.lock
	@echo "Installing the tools of development into .venv (a minute, once) …" >&2
	@$(PIP) --require-hashes -r requirements-extras.lock -r requirements-dev.lock
	@touch $@

.venv/.spark: .venv/.core requirements-spark.lock
	@echo "Installing Spark into .venv (several minutes, once: 450 MB) …" >&2
	@$(PIP) --require-hashes -r requirements-spark.lock
	@touch $@

demo: .venv/.core ## Simulate 38 days, replay them, stream live and open the dashboard
	@$(BIN)/veille demo

test: .venv/.installed ## All tests; what this machine lacks (a JDK, Chromium, real data) skips with its reason
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --no-loadscope-reorder

test-fast: .venv/.installed ## What needs no broker, browser or long wait: under a minute
	@$(BIN)/python -m pytest --quiet --numprocesses 2 -m "not slow" tests/unit

test-long: .venv/.installed ## The long form of heavy tests: more kills, whole files, two minutes under load (an hour)
	@VEILLE_TEST_LONG=1 $(BIN)/python -m pytest --numprocesses 0 --timeout 0 -m long

test-scale: .venv/.installed .venv/.spark ## What Spark computes equals what one process computes: larger sets, a cluster, an executor killed (15 minutes)
	@VEILLE_TEST_SCALE=1 $(BIN)/python -m pytest --numprocesses 0 --timeout 0 tests/scale

fuzz: .venv/.installed ## A million broken messages through ingest (an hour; CI sends a few thousand)
	@VEILLE_FUZZ_MESSAGES=$${VEILLE_FUZZ_MESSAGES:-1000000} $(BIN)/python -m pytest --quiet --numprocesses 0 --timeout 0 tests/unit/ingest/test_any_message.py

fingerprint: .venv/.installed ## Compare published figures with those of commit 4674ceb; BECAUSE="reason" names what is new, WINTER=1 adds the whole winter
	@$(BIN)/python -m tests.fingerprint $(if $(BECAUSE),--because "$(BECAUSE)") $(if $(WINTER),--winter)

bench: .venv/.installed ## Every claim of speed or accuracy, next to its floor or peer
	@$(BIN)/python -m tests.bench

lint: .venv/.installed ## ruff, mypy strict, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

COMPILE := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
  --no-annotate --python-version 3.11 pyproject.toml
# Options that pin as the given locks do and leave out what stands in them.
BESIDES = $(addprefix --constraints ,$(1)) $$(sed -nE 's/^([A-Za-z0-9._-]+)==.*/--no-emit-package \1/p' $(1))

lock: ## Pin every library with its hashes in the lock of those who need it (needs uv)
	$(COMPILE) --group build --output-file requirements.lock
	$(COMPILE) --extra fast --extra login --extra registry $(call BESIDES,requirements.lock) --output-file requirements-extras.lock
	$(COMPILE) --extra spark $(call BESIDES,requirements.lock requirements-extras.lock) --output-file requirements-spark.lock
	$(COMPILE) --group dev $(call BESIDES,requirements.lock requirements-extras.lock) --output-file requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
