# Needs Python 3.11 or newer and make; everything else is put into .venv from requirements.lock.
# Another Python: make test PYTHON=python3.12

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help demo test check bench pictures torture fuzz soak power lock clean

help:
	@echo "make demo   the rehearsal stage: a pretend Telegram and a page of phones"
	@echo "make test   the linters, then all tests"
	@echo "make check  the linters only"
	@echo "make bench  how fast it is, measured"
	@echo "make pictures   plays a scene in a browser and takes its pictures, in every language"
	@echo "make torture SEED=n   a day of 432 people with all that can go wrong; the ledger at the end"
	@echo "make fuzz SEED=n SECONDS=600   updates, taps and files that nobody would send, each for so long"
	@echo "make soak SECONDS=600   a mission's day in ten minutes: memory, files, log and database are level"
	@echo "make power SHARE=0.02 SEED=n   puts small faults into the code and counts those that the tests notice"
	@echo "make lock   resolve the dependencies anew into requirements.lock"
	@echo "make clean  remove the virtual environment and all caches"

demo: $(READY)
	$(BIN)/fieldpost demo

test: check
	$(BIN)/python -m pytest -n 4 --dist worksteal

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m demo.bench

pictures: $(READY)
	$(BIN)/python -m demo.pictures --keep

SEED ?= 1
SECONDS ?= 600

torture: $(READY)
	$(BIN)/python -m tests.e2e.ordeal --seed $(SEED)

fuzz: $(READY)
	for what in updates taps files; do $(BIN)/python -m tests.e2e.fuzz --what $$what --seconds $(SECONDS) --seed $(SEED) || exit 1; done

soak: $(READY)
	$(BIN)/python -m tests.e2e.soak --seconds $(SECONDS)

SHARE ?= 0.02

power: $(READY)
	$(BIN)/python -m tests.power --share $(SHARE) --seed $(SEED)

# The command `fieldpost` is an editable install, so an edit of the sources needs no new one.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Fieldpost needs Python 3.11 or newer; '$(PYTHON)' is not that. Try: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Versions are kept where pyproject.toml still allows them; to let them all rise, delete requirements.lock first.
lock:
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(PYTHON) -m venv "$$folder"; \
	"$$folder/bin/pip" install --quiet --disable-pip-version-check uv; \
	"$$folder/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --extra stage --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
