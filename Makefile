# `make build` sets everything up and compiles the chart; `make test` sets everything up and runs every test.
.DELETE_ON_ERROR:
.PHONY: build check test test-fast tools tools-logs lint bench clean

BIN := .venv/bin
READY := .venv/.ready
TOOLS := etcd kube-apiserver operator helm alertmanager prometheus
LOG_TOOLS := promtail loki

build: $(READY)
	$(BIN)/obs build

check: $(READY)
	$(BIN)/obs build --check

test: $(READY) tools
	OBS_REQUIRE_TOOLS=1 $(BIN)/pytest

test-fast: $(READY)
	$(BIN)/pytest -n 2 -m "not real and not cluster"

# The real tools that the tests run; built once a machine (see tools/README.md).
tools: $(READY)
	$(BIN)/python tools/build $(TOOLS)

# Promtail and Loki, which take longest and no test of `make test` needs.
tools-logs: $(READY)
	$(BIN)/python tools/build $(LOG_TOOLS)

lint: $(READY)
	$(BIN)/ruff check . tools/build
	$(BIN)/ruff format --check . tools/build
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m bench

# Everything that is made here, the tools' cache outside of this folder excepted.
clean:
	rm -rf .venv .tools .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A name on PATH is not enough: a version manager's shim may lead nowhere, and Debian splits venv off.
$(READY): requirements.lock pyproject.toml
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "setting up .venv with $$("$$python" --version)"; \
	    exec "$$python" -m venv .venv; \
	  fi; \
	done; \
	echo "no Python 3.11 or newer with venv on PATH: install one (Debian: apt-get install python3 python3-venv)" >&2; \
	exit 2
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@
