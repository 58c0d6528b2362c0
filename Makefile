# Every command a newcomer or CI needs. `make run` and `make test` do everything on a fresh machine.
PYTHON ?= python3
VENV   ?= .venv
HOST   ?= 127.0.0.1
PORT   ?= 8050
WORKERS ?= 2
DATA   ?= var/data
DB     ?= var/isolation.gpkg

BIN     := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev
PIP     := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --quiet
INPUTS  := $(shell find etl geodata -name '*.py' -o -name '*.csv')

.PHONY: run serve test check browser bench briefings-check docs clean chromium postgis

run: $(DB)  ## install, build the base database, serve
	@$(BIN)/python app.py --db $(DB) --host $(HOST) --port $(PORT)

serve: $(DB)  ## the same for an agency's server: several processes that share what they read
	@MALLOC_ARENA_MAX=2 RELIANCE_DB=$(DB) RELIANCE_HOST=$(HOST) RELIANCE_PORT=$(PORT) RELIANCE_WORKERS=$(WORKERS) $(BIN)/gunicorn

test: $(DEV) chromium postgis  ## lint, import contracts, every test
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest

check: $(DEV)  ## lint and import contracts only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

browser: $(DEV) chromium  ## browser walks only
	$(BIN)/python -m pytest tests/browser

bench: $(DEV) $(DB)  ## measurements, side by side with public tools (docs/benchmarks.md)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	$(BIN)/python -m benchmarks --db $(DB)

briefings-check: $(DEV) $(DB)  ## print every EPCI and département, read each text back against its record
	$(BIN)/python -m benchmarks.briefing --db $(DB) --check

docs: $(RUNTIME)  ## what is generated in docs/
	$(BIN)/python -m geodata.dictionary > docs/dictionary.md
	$(BIN)/python -m tests.spec > docs/methode.md

clean:  ## remove the virtual environment and what was built; what people wrote and the sources stay
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
	rm -f var/isolation.gpkg var/isolation.gpkg-*

$(DB): $(RUNTIME) $(INPUTS)
	@$(BIN)/python -m etl fetch --data $(DATA)
	@$(BIN)/python -m etl fetch --first-day --data $(DATA)
	@$(BIN)/python -m etl build --data $(DATA) --db $(DB)

$(RUNTIME): requirements.txt constraints.txt
	@echo "Installing the dependencies into $(VENV) (a minute or two the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements.txt -c constraints.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@$(PIP) -r requirements-dev.txt -c constraints.txt
	@touch $@

postgis:
	@ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || bash tests/postgresql/install_postgis.sh

chromium:
	@command -v chromium >/dev/null || bash tests/browser/install_chromium.sh
