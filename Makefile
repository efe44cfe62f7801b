# make run    everything on this machine: http://127.0.0.1:8000 (PORT), data in .data (DATA_DIR)
# make test   the same set-up, what tests need, make check, then all tests
# make check  style, types, the bars of the house (seconds)
# make bench  what one streamed answer costs, as a table
# make bench-context  what long conversations cost, beside LangChain in .bench-venv
# make messages  collect what the interface says into the catalogues, and compile them
# make lock   renew the pinned versions after a change of pyproject.toml
# make clean  remove what make made; the data in .data stays

SHELL := /bin/sh
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input -q install --require-hashes
# Stamps carry the checksum of their lock: a changed lock is installed, a fresh
# clone or a touched file is not.
RUN_STAMP := .venv/installed-$(shell cksum < requirements.lock | tr ' ' -)
DEV_STAMP := .venv/installed-dev-$(shell cat requirements.lock requirements-dev.lock | cksum | tr ' ' -)
BENCH_STAMP := .bench-venv/installed-$(shell cksum < requirements-bench.lock | tr ' ' -)
PYTEST_ARGS ?= -n 2 --dist worksteal

.PHONY: run test check bench bench-context messages lock clean
.DEFAULT_GOAL := run

run: $(RUN_STAMP)
	@$(PY) manage.py serve --stop-with-parent

test: $(DEV_STAMP)
	@$(PY) -m tests.prepare
	@$(MAKE) --no-print-directory check
	$(PY) -m pytest $(PYTEST_ARGS)

check: $(DEV_STAMP)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest tests/house

bench: $(DEV_STAMP)
	$(PY) -m bench

bench-context: $(RUN_STAMP) $(BENCH_STAMP)
	$(PY) -m bench.context

# Needs GNU gettext on the machine; to run the app needs it not, as what is compiled is kept.
messages: $(RUN_STAMP)
	$(PY) manage.py makemessages --all --exclude en --no-wrap --add-location file \
		--ignore tests --ignore bench --ignore docs --ignore static
	$(PY) manage.py compilemessages

lock:
	@.ci/lock

clean:
	rm -rf .venv .bench-venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find chatapp tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

.venv/bin/python:
	@.ci/venv

$(RUN_STAMP): requirements.lock | .venv/bin/python
	@echo "Installing the pinned packages ..."
	@$(PIP) -r requirements.lock
	@touch $@

$(DEV_STAMP): requirements-dev.lock | $(RUN_STAMP)
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements-dev.lock
	@touch $@

# What we are compared with lives apart: it is no part of the app or of its tests.
$(BENCH_STAMP): requirements-bench.lock | .venv/bin/python
	@echo "Installing what the app is compared with ..."
	@rm -rf .bench-venv && $(PY) -m venv .bench-venv
	@.bench-venv/bin/python -m pip --disable-pip-version-check --no-input -q install \
		--require-hashes -r requirements-bench.lock
	@touch $@
