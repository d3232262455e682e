# `make build` sets everything up and compiles the chart; `make test` sets everything up and runs every test.
.DELETE_ON_ERROR:
.PHONY: build check test test-fast packages test-mutation scenarios prove up tools tools-logs lint lint-ci docs-checks mutation review pictures bench differential fuzz clean

BIN := .venv/bin
READY := .venv/.ready
TOOLS := etcd kube-apiserver operator helm alertmanager prometheus sloth
EXPORTERS := node_exporter postgres_exporter coredns kube-state-metrics argo-rollouts spring
LOG_TOOLS := promtail loki

build: $(READY)
	$(BIN)/obs build

check: $(READY)
	$(BIN)/obs build --check

# Two workers for what runs in processes of its own; servers, control planes and browsers are started once, by one.
ALONE := real or cluster or browser
test: packages $(READY) tools tools-logs
	OBS_REQUIRE_TOOLS=1 $(BIN)/pytest -n 2 -m "not ($(ALONE) or prove)"
	OBS_REQUIRE_TOOLS=1 $(BIN)/pytest -m "($(ALONE)) and not prove"

test-fast: $(READY)
	$(BIN)/pytest -n 2 -m "not ($(ALONE) or prove)"

# Commands from Debian's packages: a browser, databases, compilers.
packages:
	@tools/packages

# Every scenario on the real Prometheus, Alertmanager, Promtail and Loki beside the emulator, as a table and as a report in
# PROVE_REPORT; then every LogQL panel on the real Loki, and what `obs prove` leaves behind when it is killed. Never skipped:
# a tool that is not there is built first (Promtail and Loki take four minutes and more).
PROVE_REPORT ?= .cache/prove/report.json
prove: $(READY) tools tools-logs
	$(BIN)/obs prove --output $(PROVE_REPORT) tests/scenarios/test_*.py tests/testing/test_storm.py
	$(BIN)/pytest -n 2 tests/prove

# The same servers, fed with made-up load, to look at; Ctrl-C ends them.
up: $(READY) tools tools-logs
	$(BIN)/obs up

# Derives a scenario that fires each alert and one that just does not, anew for alerts that have changed or are new.
scenarios: $(READY)
	$(BIN)/obs test --synthesize all --out tests/scenarios/generated --as python
	$(BIN)/ruff format -q tests/scenarios/generated

# The real tools that the tests run; built once a machine (see tools/README.md).
tools: $(READY)
	$(BIN)/python tools/build $(TOOLS) $(EXPORTERS)

# Promtail and Loki, which take longest; most tests do without.
tools-logs: $(READY)
	$(BIN)/python tools/build $(LOG_TOOLS)

lint: $(READY)
	$(BIN)/ruff check . tools/build
	$(BIN)/ruff format --check . tools/build
	$(BIN)/mypy
	$(BIN)/lint-imports

# What a user's CI calls: the project's own lint, for code scanning (SARIF), for test reports (JUnit), and for whoever
# reads the log; on GitHub as annotations. Fails when lint does, after all reports are written.
LINT_REPORTS ?= .cache/lint
lint-ci: $(READY)
	@mkdir -p $(LINT_REPORTS)
	@failed=0; \
	$(BIN)/obs lint --strict --format sarif --output $(LINT_REPORTS)/obs.sarif || failed=$$?; \
	$(BIN)/obs lint --strict --format junit --output $(LINT_REPORTS)/obs.xml || failed=$$?; \
	$(BIN)/obs lint --strict $(if $(GITHUB_ACTIONS),--format github) || failed=$$?; \
	exit $$failed

# The index by which lint imports only the checks that can find something, the page of each from its docstring, and the list.
docs-checks: $(READY)
	$(BIN)/python -m tools.check_index
	$(BIN)/obs lint --pages docs/checks

# Breaks the platform's definitions in many ways, one at a time, and counts what lint finds: by hand, then by typos.
MUTATION_SEED ?= 1
mutation: $(READY)
	$(BIN)/python -m tools.mutation
	$(BIN)/python -m tools.mutation --typos 60 --seed $(MUTATION_SEED)

# Breaks what is deployed in many ways, one at a time, and counts what the scenarios notice: all, or some that a seed chooses.
MUTANTS ?= 0
MUTANT_SEED ?= 1
test-mutation: $(READY) tools
	$(BIN)/obs test --coverage --mutate --sample $(MUTANTS) --seed $(MUTANT_SEED) --fail-under 90

# What the working tree means for what is deployed, beside BASE: a page with pictures.
BASE ?= HEAD
review: $(READY)
	$(BIN)/obs review --base $(BASE) --out .cache/review; code=$$?; test $$code = 0 || test $$code = 2

# The pictures of the documentation, drawn by obs itself.
pictures: $(READY)
	$(BIN)/python -m tools.pictures

bench: $(READY)
	$(BIN)/python -m bench

# Random and mutated inputs through ours and the real tools, side by side; each part prints its counts.
DIFFERENTIAL_SECONDS ?= 60
DIFFERENTIAL_SEED ?= 1
DIFFERENTIAL := promql promql_labels templates routing logql
differential: $(READY) tools tools-logs
	@failed=; for part in $(DIFFERENTIAL); do \
	  echo "== $$part"; \
	  $(BIN)/python tools/differential/$$part.py --seconds $(DIFFERENTIAL_SECONDS) --seed $(DIFFERENTIAL_SEED) || failed="$$failed $$part"; \
	done; \
	echo "== promtail"; \
	$(BIN)/python tools/differential/promtail.py --cases 5000 --seed $(DIFFERENTIAL_SEED) || failed="$$failed promtail"; \
	[ -z "$$failed" ] || { echo "disagreements in:$$failed"; exit 1; }

# The property tests of the languages and emulators with many more examples than `make test` gives them.
FUZZ_EXAMPLES ?= 5000
fuzz: $(READY)
	OBS_FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/pytest -n 2 tests/lang tests/sim -k "any_ or random or identity or properties"

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
	@$(BIN)/python -m compileall -q obs  # where Python may not write byte code, each command would compile it anew
	@touch $@
