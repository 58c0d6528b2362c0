# Every command a newcomer or CI needs. `make run` and `make test` do everything on a fresh machine.
# Empty: deploy/virtual_environment.sh chooses.
PYTHON ?=
VENV   ?= .venv
HOST   ?= 127.0.0.1
PORT   ?= 8050
WORKERS ?= 2
DATA   ?= var/data
MORE   ?= $(DATA)
DB     ?= var/isolation.gpkg

BIN     := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev
PIP     := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --quiet
# A worker more than there are cores, since each waits now and then for a browser, a database or a process of its own; four
# at most: each may hold the whole country. A file of tests stays with one worker.
CORES   := $(shell getconf _NPROCESSORS_ONLN)
PARALLEL ?= --numprocesses $$(( $(CORES) + 1 )) --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# Compiled modules are kept whatever the machine says: tests start some hundred processes, each would compile them all again.
export PYTHONDONTWRITEBYTECODE :=
LOCK    := --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --quiet
INPUTS  := $(shell find etl geodata -name '*.py' -o -name '*.csv')

# Tools that look at what is installed, apart from it.
TOOLS   := $(VENV)-tools
SITE    := $(VENV)-site

.PHONY: run serve test coverage mutants check scripts browser bench briefings-check docs site validation lock bom audit clean \
	chromium postgis

run: $(DB)  ## install, build the base database, serve
	@$(BIN)/python app.py --db $(DB) --host $(HOST) --port $(PORT)

serve: $(DB)  ## the same for an agency's server: several processes that share what they read
	@MALLOC_ARENA_MAX=2 RELIANCE_DB=$(DB) RELIANCE_HOST=$(HOST) RELIANCE_PORT=$(PORT) RELIANCE_WORKERS=$(WORKERS) $(BIN)/gunicorn

test: $(DEV) chromium postgis  ## lint, import contracts, every test on every core; `make check` looks at types
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest $(PARALLEL)

coverage: $(DEV) postgis  ## which lines the tests without a browser reach; fails under the floor of pyproject.toml
	$(BIN)/python -m pytest $(PARALLEL) -m "not browser" --cov --cov-report=term:skip-covered --cov-report=html

mutants: $(VENV)/.mutants  ## small faults put in the code, one by one: do tests notice? MODULES=etl/duplicates.py for some
	$(BIN)/python -m tests.mutants $(MODULES)

check: $(DEV) scripts  ## lint, format, import contracts and types, without a test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

scripts: node_modules/.package-lock.json  ## lint, format and types of the JavaScript, where there is a Node.js
	@if [ -x node_modules/.bin/tsc ]; then set -x; node_modules/.bin/biome check --error-on-warnings && node_modules/.bin/tsc -p .; fi

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

site: $(SITE)/.ready  ## docs/ as a site, in var/site/index.html; a broken link is an error
	@NO_MKDOCS_2_WARNING=1 $(SITE)/bin/mkdocs build --quiet && echo "var/site/index.html"

validation: $(DEV) $(DB)  ## docs/validation.md and docs/waves.md, asked again; MORE: folder of official files
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	$(BIN)/python -m benchmarks.waves --check > docs/waves.md
	$(BIN)/python -m benchmarks.validation --db $(DB) --more $(MORE) > docs/validation.md

lock: $(TOOLS)/.ready  ## hashes of everything that is installed, after a requirement changed
	$(TOOLS)/bin/uv pip compile $(LOCK) requirements.txt -c constraints.txt -o requirements.lock
	$(TOOLS)/bin/uv pip compile $(LOCK) requirements-scale.txt -c constraints.txt -o requirements-scale.lock
	$(TOOLS)/bin/uv pip compile $(LOCK) requirements-dev.txt -c constraints.txt -o requirements-dev.lock
	$(TOOLS)/bin/uv pip compile $(LOCK) requirements-mutants.txt -c constraints.txt -o requirements-mutants.lock
	$(TOOLS)/bin/uv pip compile $(LOCK) requirements-site.txt -o requirements-site.lock

bom: $(RUNTIME) $(TOOLS)/.ready  ## bill of materials of what is installed (CycloneDX), in var/bom.json
	@mkdir -p var
	$(TOOLS)/bin/cyclonedx-py environment --output-reproducible --of JSON -o var/bom.json $(BIN)/python

audit: $(TOOLS)/.ready  ## known weaknesses of what is installed; says when they cannot be looked up
	$(TOOLS)/bin/python deploy/audit.py $(TOOLS)/bin/pip-audit -r requirements.lock --disable-pip --require-hashes

clean:  ## remove the virtual environment and what was built; what people wrote and the sources stay
	rm -rf $(VENV) $(TOOLS) $(SITE) node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis htmlcov .coverage var/mutants var/site
	rm -f var/isolation.gpkg var/isolation.gpkg-*

$(DB): $(RUNTIME) $(INPUTS)
	@$(BIN)/python -m etl fetch --data $(DATA)
	@$(BIN)/python -m etl fetch --first-day --data $(DATA)
	@$(BIN)/python -m etl build --data $(DATA) --db $(DB)

$(RUNTIME): requirements.lock
	@echo "Installing the dependencies into $(VENV) (a minute or two the first time)"
	@test -x $(BIN)/python || PYTHON="$(PYTHON)" bash deploy/virtual_environment.sh $(VENV)
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@command -v npm >/dev/null || echo "JavaScript is not checked: no Node.js on this machine"
	@! command -v npm >/dev/null || npm ci --ignore-scripts --no-audit --no-fund --loglevel error \
		|| echo "JavaScript is not checked: its tools cannot be taken from the package index of npm"

$(DEV): requirements-dev.lock $(RUNTIME)
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.mutants: requirements-mutants.lock $(DEV)
	@$(PIP) --require-hashes -r requirements-mutants.lock
	@touch $@

$(SITE)/.ready: requirements-site.lock
	@test -x $(SITE)/bin/python || PYTHON="$(PYTHON)" bash deploy/virtual_environment.sh $(SITE)
	@$(SITE)/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-site.lock
	@touch $@

$(TOOLS)/.ready: requirements-tools.txt
	@test -x $(TOOLS)/bin/python || PYTHON="$(PYTHON)" bash deploy/virtual_environment.sh $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --disable-pip-version-check --quiet -r requirements-tools.txt
	@touch $@

postgis:
	@ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || bash tests/postgresql/install_postgis.sh

chromium:
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || bash tests/browser/install_chromium.sh
