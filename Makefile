# Two commands do all: `make app` and `make test`. The environment is made when it is missing or out of date.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ARGS   ?=
TESTS  := $(BIN)/python -m pytest -n auto --dist loadfile

.PHONY: setup app test test-all check format sample screenshots clean

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.txt requirements-dev.txt
	$(PYTHON) -c 'import sys; sys.exit("astrocore needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements-dev.txt
	touch $@

app: setup  ## open the app on the shipped sample; ARGS go to streamlit, e.g. ARGS="--server.port 8600"
	$(BIN)/python -m streamlit run app.py $(ARGS)

test: setup  ## all tests, small budget
	$(TESTS) $(ARGS)

test-all: setup  ## the same tests with a large budget: hours allowed
	ASTROCORE_TEST_BUDGET=large $(TESTS) --timeout 7200 $(ARGS)

check: setup  ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sample: setup  ## rebuild sample_data and the shipped runs, simulated from fixed seeds
	$(BIN)/python recipes/exoplanets_sample.py
	$(BIN)/python recipes/sources_sample.py
	$(BIN)/python recipes/frames_sample.py

screenshots: setup  ## every page, light and dark, 1400 and 900 px wide, into screenshots/
	$(BIN)/python tests/browser/screenshots.py $(ARGS)

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage htmlcov screenshots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
