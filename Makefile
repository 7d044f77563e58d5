# Everything a newcomer needs: `make play`, `make install`, `make test`, `make quick`, `make check`, `make bench`.
# Python 3.11 or newer and make.
BIN := .venv/bin
# Whose `.venv` it is: `make test PYTHON=python3.13` makes one of another Python anew, otherwise the one there stays.
PYTHON ?= $(or $(wildcard $(BIN)/python),python3)
version_of = $(shell $(1) -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
ifneq ($(origin PYTHON),file)
  OTHER_PYTHON := $(if $(filter $(call version_of,$(PYTHON)),$(call version_of,$(BIN)/python 2> /dev/null)),,other-python)
endif
WEB := playground/web
# One more than there are cores: tests wait as much as they compute. With many more, real time limits are met by chance.
WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
SLACK_SCHEMA ?= ../shared/slack/manifest.schema.2.0.0.json
ADDRESS := https://bot.example.com
# Slack's schema refuses this one key, which Slack takes.
WITHOUT_PREVIEWS := import json, sys; made = json.load(sys.stdin); del made["features"]["rich_previews"]; json.dump(made, sys.stdout)

.PHONY: other-python install play test quick check bench soak mutants simulate messages pictures lock chromium pgbouncer clean

# Elsewhere: `make play PORT=9000`. The bot's own PORT in the environment is another one. More: `make play CAMPAIGNS=500`.
play: $(WEB)/dist/page.js
	$(BIN)/campaign-bot playground$(if $(findstring command,$(origin PORT)), --port $(PORT))$(if $(CAMPAIGNS), --campaigns $(CAMPAIGNS))

# The program in `.venv` and nothing else. Where the tests' packages are there already, so is the program.
install: $(OTHER_PYTHON)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python -a -z "$(OTHER_PYTHON)" || $(PYTHON) -m venv --clear .venv
	test -f .venv/installed || { \
	  $(BIN)/pip install --quiet --require-hashes -r requirements/run.txt && \
	  $(BIN)/pip install --quiet --require-hashes --target .venv/build -r requirements/build.txt && \
	  PYTHONPATH=.venv/build $(BIN)/pip install --quiet --force-reinstall --no-deps --no-build-isolation . && \
	  rm -rf .venv/build; \
	}
	@echo "The program is $(BIN)/campaign-bot. Next: cp docs/sample.env .env, then $(BIN)/campaign-bot doctor"

# On another day, or elsewhere: `make test DATE=2028-02-29T12:00`, `make test TZ=Pacific/Auckland`.
test: export TEST_DATE = $(DATE)
test: $(WEB)/dist/page.js chromium pgbouncer
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

# For the moment between two edits: no process, no browser, no PostgreSQL, of a table its first row (tests/plugins/quick.py).
quick: .venv/installed
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal -m quick

check: .venv/installed $(WEB)/node_modules/installed
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if [ -f $(SLACK_SCHEMA) ]; then \
	  for way in "" "--step" "--http $(ADDRESS)" "--http $(ADDRESS) --step"; do \
	    $(BIN)/campaign-bot manifest --json $$way | $(BIN)/python -c '$(WITHOUT_PREVIEWS)' > .venv/manifest.json && \
	    $(BIN)/check-jsonschema --schemafile $(SLACK_SCHEMA) .venv/manifest.json || exit 1; \
	  done; \
	else echo "manifest: Slack's JSON schema is not at SLACK_SCHEMA=$(SLACK_SCHEMA); only our own tests look at it."; fi
	. ./.venv/node.sh && cd $(WEB) && npm run --silent check

bench: .venv/installed
	$(BIN)/python -m tests.bench $(PART) --write docs/bench.md

# On each database a hundred deaths of the program and 250 stops, at random moments; the program while what it needs, or who
# asks, hangs for a minute; several replicas as one, ten times each; and the tests on another day, each week another.
soak: .venv/installed
	$(BIN)/python -m tests.soak.deaths
	$(BIN)/python -m tests.soak.stops
	$(BIN)/python -m tests.soak.hanging
	$(BIN)/python -m tests.soak.replicas --runs 3
	$(BIN)/python -m tests.soak.burst
	day=$$($(BIN)/python -m tests.plugins.other_day) && env $$day $(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

# Small mistakes put into the product, to see whether the tests notice: FILES="bot/campaigns/phone_numbers.py …", else all (two hours).
mutants: .venv/installed
	$(BIN)/python -m tests.mutation $(FILES)

# Weeks of made-up campaigns, to see how often the rules are wrong and how soon they notice: the tables of docs/insight.md.
# TABLES=weeks: sixteen weeks of the real bot and one digest, docs/sixteen-weeks.md (a quarter of an hour).
simulate: .venv/installed
	$(BIN)/python -m tests.simulator $(TABLES)

# Every sentence the app can say, from the samples: docs/messages.md.
messages: .venv/installed
	$(BIN)/python -m tests.messages_page

# The pictures in docs/pictures, drawn anew by the browser.
pictures: $(WEB)/dist/page.js chromium
	$(BIN)/python -m tests.browser.picture

# Python: locked with hashes, this project without its dependencies and without a second download.
.venv/installed: requirements/dev.txt pyproject.toml $(OTHER_PYTHON)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python -a -z "$(OTHER_PYTHON)" || $(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

# Node, for the playground's page: the machine's own when there is one, else from PyPI into .venv.
.venv/node.sh: .venv/installed requirements/node.txt
	if command -v npm > /dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then \
	  : > $@; \
	else \
	  $(BIN)/pip install --quiet --require-hashes -r requirements/node.txt && \
	  echo 'export PATH="$(CURDIR)/.venv/bin:$$PATH"' > $@; \
	fi

$(WEB)/node_modules/installed: .venv/node.sh $(WEB)/package-lock.json
	. ./.venv/node.sh && cd $(WEB) && npm ci --ignore-scripts --no-audit --no-fund --silent
	touch $@

$(WEB)/dist/page.js: $(WEB)/node_modules/installed $(shell find $(WEB)/page -type f 2> /dev/null) $(WEB)/build.mjs
	. ./.venv/node.sh && cd $(WEB) && npm run --silent build

# A browser for the tests of the page: Debian's, installed when this may be done. Without one they are skipped,
# and the test run says so.
chromium:
	@command -v chromium > /dev/null || { \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  { $$sudo apt-get update -qq && $$sudo apt-get install -y -qq chromium fonts-noto-color-emoji; } > .venv/apt.log 2>&1 \
	    || echo "No Chromium here: the tests of the playground's page will be skipped."; }

# A pooler for the tests of a database behind one, likewise. Its service, which Debian starts, is not needed.
pgbouncer:
	@PATH="$$PATH:/usr/sbin"; command -v pgbouncer > /dev/null || { \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  { $$sudo apt-get update -qq && $$sudo apt-get install -y -qq pgbouncer; } > .venv/pgbouncer.log 2>&1 \
	    && { $$sudo systemctl disable --now pgbouncer > .venv/pgbouncer.log 2>&1 || true; } \
	    || echo "No PgBouncer here: the tests of a database behind a pooler will be skipped."; }

# The locks, made anew from pyproject.toml.
lock: .venv/installed
	$(BIN)/pip install --quiet uv
	for part in run build dev node; do \
	  case $$part in run) from="pyproject.toml";; dev) from="pyproject.toml --group dev";; *) from="--group $$part";; esac; \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    $$from -o requirements/$$part.txt; \
	done

clean:
	rm -rf .venv $(WEB)/node_modules $(WEB)/dist
