# The commands of a fresh clone: `make demo`, `make demo-windows` and `make test`. All make the environment themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo demo-windows test lint evaluate mutations samples thorough benchmarks messages screenshots coverage lock audit fuzz clean

# what is installed is what requirements/ pins by hash; LOCKED=no takes the newest versions instead, unchecked
LOCKED ?= yes
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
$(STAMP): pyproject.toml requirements/dev.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "vmtriage needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
ifeq ($(LOCKED),yes)
	$(INSTALL) --require-hashes -r requirements/dev.txt || { echo "requirements/dev.txt cannot be installed here:" \
	  "it pins versions for Python 3.11 to 3.14. 'make LOCKED=no ...' takes the newest ones instead, unchecked."; exit 1; }
	$(INSTALL) --no-deps --no-build-isolation -e .
else
	@echo "LOCKED=no: the newest versions, without their hashes"
	$(INSTALL) -e '.[dev]'
endif
	$(BIN)/python -m compileall -q analyzer
	touch $(STAMP)

# who is done with its half of the tests takes over a part of the other's: tests that share what takes long to make stay
# together
SUITE := $(BIN)/python -m pytest -n 2 --dist worksteal -rs

demo: $(STAMP)
	$(BIN)/vmtriage analyze sample_bundles/backup-freeze-busy.tar.gz

demo-windows: $(STAMP)
	$(BIN)/vmtriage analyze sample_bundles/windows-vss-writer-timeout.tar.gz

test: $(STAMP) lint
	$(SUITE) -m "not thorough"

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/vmtriage signatures lint

# the labelled bundles, where the checkout has ../shared beside it
evaluate: $(STAMP)
	$(BIN)/vmtriage evaluate ../shared/corpus/bundles ../shared/corpus/expected.json --jobs 2

# every labelled bundle as other customers would have sent it; the verdict must hold in 95 of 100
mutations: $(STAMP)
	$(BIN)/python -m tests.mutations

# sample_bundles/ is written by tests/samples.py
samples: $(STAMP)
	$(BIN)/python -m tests.samples sample_bundles

# the pictures of the README, as the browser shows the reports (needs Debian's chromium)
screenshots: $(STAMP)
	$(BIN)/python -m tests.screenshots docs

# speed and memory as ratios to other programs (needs ripgrep and lnav: Debian's packages)
benchmarks: $(STAMP)
	$(BIN)/python -m benchmarks build/benchmarks

# the catalogues of the report's languages, brought up to date with the code and the signatures (docs/translations.md)
LOCALE := analyzer/locale
EXTRACT := $(BIN)/pybabel -q extract --omit-header --no-wrap --sort-output --add-location=file
messages: $(STAMP)
	$(EXTRACT) -F $(LOCALE)/knowledge.cfg -o $(LOCALE)/knowledge.pot signatures
	$(EXTRACT) -F $(LOCALE)/report.cfg -k plural:1,2 -k N_ -o $(LOCALE)/report.pot analyzer templates
	for language in ru cs zh_Hant nl de fr ja es; do for domain in knowledge report; do \
	  $(BIN)/pybabel -q update --init-missing --no-fuzzy-matching --ignore-obsolete --omit-header --no-wrap \
	    -i $(LOCALE)/$$domain.pot -l $$language -o $(LOCALE)/$$language/$$domain.po || exit 1; done; done

# what is too long for each day: the tests that are marked so; 500 tickets killed and started again among bombs, their
# memory, a Dask cluster; and all labelled bundles cleaned
thorough: $(STAMP)
	$(SUITE) -m thorough
	VMTRIAGE_TICKETS=500 $(BIN)/python -m pytest tests/batch/test_many.py tests/batch/test_dask.py \
	  tests/redaction/test_clean.py

# which lines of analyzer/ the suite runs, the processes that it starts included; 95 in 100 at least. Tests of full disks,
# signals and quickness may fail here, since the tracer writes and slows; processes that are killed leave half a file.
coverage: $(STAMP)
	$(BIN)/coverage erase
	-$(BIN)/coverage run -m pytest -n 2
	-$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --sort=cover --fail-under=95

# requirements/ again from pyproject.toml, with the newest versions of today and the hashes of all their files
TOOLS := build/tools
LOCK := $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml
lock: $(TOOLS)/.installed
	$(LOCK) -o requirements/runtime.txt
	$(LOCK) --extra dev -o requirements/dev.txt

# known weaknesses of what is pinned; asks the advisory database, so that CI does not depend on it
audit: $(TOOLS)/.installed
	$(TOOLS)/bin/pip-audit --disable-pip --strict --require-hashes -r requirements/dev.txt

$(TOOLS)/.installed:
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check uv pip-audit
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .coverage .coverage.* build dist
