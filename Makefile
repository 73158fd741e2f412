# make run    a working TRRO Admin with a sandbox fleet        make check   formatter, linter, types, layers, ...
# make test   every test, on SQLite and on PostgreSQL          make prove   the long proofs at full size
# make bench  the benchmarks                                   make screenshots   pictures of every page

PORT ?= 8000
SANDBOX_PORT ?= 8099
BUCKET_PORT ?= 8098
PYTHON ?= python3
POSTGRES_URL ?= postgres://postgres@127.0.0.1:5432/postgres

venv := .venv
python := $(venv)/bin/python
development := TRROADMIN_MODE=development

.PHONY: run test check prove bench screenshots messages format lock vulnerabilities browser gettext clean

run: $(venv)/run.stamp
	@$(development) $(python) manage.py run --port $(PORT) --sandbox-port $(SANDBOX_PORT) --bucket-port $(BUCKET_PORT)

test: $(venv)/test.stamp browser
	$(python) -m pytest -n 2 --dist worksteal
	@$(MAKE) --no-print-directory on-postgres command="$(python) -m pytest -n 2 --dist worksteal"

prove: $(venv)/test.stamp
	PROVE=1 $(python) -m pytest tests/proofs
	@$(MAKE) --no-print-directory on-postgres command="env PROVE=1 $(python) -m pytest tests/proofs"

bench: $(venv)/test.stamp
	$(python) tests/benchmarks/start_overhead.py
	$(python) tests/benchmarks/callbacks.py
	$(python) tests/benchmarks/exports.py
	$(python) tests/benchmarks/batch.py
	@$(MAKE) --no-print-directory on-postgres command="$(python) tests/benchmarks/start_overhead.py"
	@$(MAKE) --no-print-directory on-postgres command="$(python) tests/benchmarks/callbacks.py"
	@$(MAKE) --no-print-directory on-postgres command="$(python) tests/benchmarks/exports.py"
	@$(MAKE) --no-print-directory on-postgres command="$(python) tests/benchmarks/batch.py"

# Runs $(command) against PostgreSQL where one is reachable; in CI it must be.
.PHONY: on-postgres
on-postgres:
	@if $(python) -c "import psycopg, sys; psycopg.connect(sys.argv[1], connect_timeout=3)" "$(POSTGRES_URL)" 2>/dev/null; then \
	  echo "The same on PostgreSQL:"; TRROADMIN_DATABASE_URL="$(POSTGRES_URL)" $(command); \
	else \
	  echo "SKIPPED: no PostgreSQL at $(POSTGRES_URL); set POSTGRES_URL to run this there too."; test -z "$$CI"; \
	fi

check: $(venv)/test.stamp gettext
	$(venv)/bin/ruff format --check .
	$(venv)/bin/ruff check .
	git ls-files 'templates/*.html' | xargs $(venv)/bin/djade --check --target-version 5.2
	git ls-files '*.py' | grep -v migrations/ | xargs $(venv)/bin/django-upgrade --check --target-version 5.2
	$(venv)/bin/lint-imports --no-cache
	$(development) $(venv)/bin/mypy
	$(development) $(python) manage.py makemigrations --check --dry-run
	$(python) -m tests.deployment
	$(python) -m tests.translations
	$(python) -m tests.vulnerabilities

# The lock: every package that the short lists lead to, exact and by its hash
lock: $(venv)/test.stamp
	for list in requirements requirements-sandbox requirements-dev; do \
	  $(venv)/bin/uv pip compile --quiet --generate-hashes --python-version 3.11 \
	    --custom-compile-command "make lock" $$list.in --output-file $$list.txt || exit 1; \
	done

# Known vulnerabilities of what is locked, where the data about them can be reached
vulnerabilities: $(venv)/test.stamp
	$(python) -m tests.vulnerabilities

format: $(venv)/test.stamp
	$(venv)/bin/ruff format .
	$(venv)/bin/ruff check --fix .
	git ls-files 'templates/*.html' | xargs $(venv)/bin/djade --target-version 5.2

messages: $(venv)/test.stamp gettext
	$(python) -m tests.translations --update

screenshots: $(venv)/test.stamp browser
	$(python) -m tests.browser.screenshots

$(venv)/bin/python:
	$(PYTHON) -m venv $(venv)

$(venv)/run.stamp: requirements.txt requirements-sandbox.txt | $(venv)/bin/python
	$(python) -m pip install --quiet --disable-pip-version-check -r requirements-sandbox.txt
	@touch $@

$(venv)/test.stamp: requirements.txt requirements-sandbox.txt requirements-dev.txt | $(venv)/bin/python
	$(python) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(venv)/run.stamp

# Chromium and a Chinese font: Debian's where we may install them, else Playwright's own browser
browser: $(venv)/test.stamp
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; \
	else $(python) -m playwright install chromium; fi

gettext:
	@if command -v msgfmt >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq gettext >/dev/null; \
	else echo "gettext is missing: translations are not checked."; fi

clean:
	rm -rf $(venv) var staticfiles
