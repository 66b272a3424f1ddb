# Two commands do all: `make run` cleans the samples through the flow, `make test` runs the tests.
# They need Python 3.11 or later, make, and a package index.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Whatever the tools keep stays in this folder, and nothing is sent anywhere.
export BODYCOPY_CACHE = $(CURDIR)/build/cache
export DO_NOT_TRACK = 1
export PREFECT_SERVER_ANALYTICS_ENABLED = false

MINUTES ?= 60

.PHONY: run test test-integrations check quick lint types lock fuzz docs picture pictures clean

run: $(READY) ## clean the documents of samples/pages, through the flow, into out/
	$(BIN)/bodycopy run 'samples/pages/*/raw.txt' --out out

test: $(READY) ## the tests, but for those below
	$(BIN)/python -m pytest -q -n auto --dist loadfile -m 'not integration'

test-integrations: $(READY) ## the tests with a served deployment, a browser (BODYCOPY_BROWSER, or Chromium in PATH), a Dask cluster
	$(BIN)/python -m pytest -q -rs -m integration tests/flows tests/test_recipes.py

check: lint types test test-integrations ## what a change must pass

quick: lint types ## what to run while you work, in two minutes: lint, types, samples, stages
	$(BIN)/python -m pytest -q tests/test_samples.py tests/stages tests/test_imports.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

fuzz: $(READY) ## made-up texts and pages, for so many minutes: make fuzz MINUTES=60
	$(BIN)/python benchmarks/fuzz.py --minutes $(MINUTES)

lock: $(READY) ## resolve the dependencies anew
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
		--python-version 3.11 --all-extras --group dev --group docs pyproject.toml -o requirements.lock

docs: $(READY) ## the documentation as a site, without the network, into build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

picture: $(READY) ## draw docs/architecture.svg from the imports
	$(BIN)/python docs/draw_architecture.py

pictures: $(READY) picture ## and docs/pictures: a terminal, the review page, Prefect's page of a run (needs Chromium)
	$(BIN)/python docs/make_pictures.py

clean: ## everything that the commands above made
	rm -rf $(VENV) .prefect out build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("bodycopy needs Python 3.11 or later, this is " + sys.version.split()[0] + "; name another: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	# older ones take a name with an extra (httpx[http2]) for one that the lock does not pin
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)
