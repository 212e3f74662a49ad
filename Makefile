# make run, make test: on a fresh machine with Python 3.11+ and make, that is all there is to do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_PLAYGROUND := $(shell command -v npm)

.PHONY: run talk test check bench pairing browser kill setup setup-dev lock clean

run: setup deployment/playground/node_modules ## Vertti in development mode, with the sample forum: make run WHO=p05
	@VERTTI_MODE=development $(BIN)/python -m bot serve --playground $(if $(WHO),--as $(WHO))

talk: setup ## our own terminal client, for the running development bot: make talk WHO=p01
	@$(BIN)/python -m bot talk $(if $(WHO),--as $(WHO))

test: setup-dev ## every test, on SQLite and on PostgreSQL
	$(BIN)/pytest -n 2 --dist loadgroup

check: setup-dev ## lint, types, imports, texts, licences
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.check_texts
	$(BIN)/python -m tests.check_licences

bench: setup-dev ## side by side with a stock bot
	$(BIN)/python -m tests.benchmarks

pairing: setup-dev ## rounds of critical friends: repeats, wishes met, trios, times
	$(BIN)/python -m tests.benchmarks.pairing

browser: setup-dev deployment/playground/node_modules ## the Playground in a real browser
	$(BIN)/python -m tests.browser

kill: setup-dev ## kills real processes and counts
	$(BIN)/pytest -m kill -s

setup: $(VENV)/run.stamp

setup-dev: $(VENV)/dev.stamp

$(VENV)/run.stamp: deployment/requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deployment/requirements.txt
	@touch $@

$(VENV)/dev.stamp: deployment/requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deployment/requirements-dev.txt
	@touch $@ $(VENV)/run.stamp

# The Playground is optional: without npm the bot runs all the same.
deployment/playground/node_modules: deployment/playground/package-lock.json
ifneq ($(RUN_PLAYGROUND),)
	@echo "Fetching the Microsoft 365 Agents Playground (once) …"
	@npm ci --prefix deployment/playground --silent --no-audit --no-fund || echo "The Playground could not be fetched; Vertti runs without it."
	@mkdir -p $@ && touch $@
endif

lock: ## pin the newest versions (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -U deployment/requirements.in -o deployment/requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -U deployment/requirements-dev.in -o deployment/requirements-dev.txt

clean:
	rm -rf $(VENV) build deployment/playground/node_modules
