# Each target makes .venv from requirements.lock by itself; nothing but Python 3.11+ and make is needed.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test fuzz fingerprint bench lint lock clean
.DEFAULT_GOAL := demo

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Veille needs Python 3.11 or later: make PYTHON=python3.12 …" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Veille and its pinned libraries into .venv (a minute or two, once) …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: .venv/.installed ## Simulate 38 days, replay them, stream live and open the dashboard
	@$(BIN)/veille demo

test: .venv/.installed ## All tests; what this machine lacks (a JDK, Chromium, real data) skips with its reason
	@$(BIN)/python -m pytest --numprocesses 2 --no-loadscope-reorder

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

lock: .venv/.installed ## Pin every library with its hashes (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --no-annotate --python-version 3.11 --group dev --extra fast --extra login pyproject.toml --output-file requirements.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
