# Everything one does with the portal; `make` alone lists it. `make run` and `make test` need only Python 3.11+, git and
# make (and apt, for the browsers of the tests).
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
DATA ?= ../shared/data
# The servers and the workers of the tests are a hundred processes: each would compile the portal again.
unexport PYTHONDONTWRITEBYTECODE

# Twice as many workers as cores: those who drive browsers and servers wait for them. Which tests each is given is in
# tests/support/shares.py.
CORES := $(shell $(PYTHON) -c 'import os; print(len(os.sched_getaffinity(0)))')
WORKERS := $(shell expr $(CORES) \* 2)
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadscope

# What `make test` leaves to `make trials`: browsers but for one whole journey, three engines, servers and proxies, hostile
# files, sequences drawn at random, and all that is killed, cut, filled or moved on the way.
TRIALS := attack browser demo deploy faults machine matrix serving towns test_recipes.py documents/test_conversion.py \
	documents/test_hostile_files.py net/test_faults.py net/test_restarts.py net/test_uploads.py \
	$(patsubst tests/%,%,$(filter-out %/test_walk.py,$(wildcard tests/walks/test_*.py)))

# What `make quick` leaves out: browsers, servers, the conversion of documents, input drawn at random, what counts time or
# thousands or tells a whole life, and what one looks at when one touches it. Of what it runs, one case of each table:
# `make test` tries them all.
SLOW := $(TRIALS) walks net security addresses cli mail homes exports \
	api embedding documents childfile test_publication.py test_recipes.py journey/test_any_input.py journey/test_whole_journey.py \
	townhall/test_any_input.py townhall/test_known_families_hostile.py townhall/test_agent_pages.py \
	entourage/test_people.py account/test_enumeration.py account/test_confirming.py account/test_reviewing.py \
	account/test_personal_data.py account/test_correcting.py account/test_recovery.py account/test_moving.py \
	entourage/test_gestures.py entourage/test_years.py townhall/test_counter.py townhall/test_agents_journal.py \
	services/test_what_else_is_written.py signup/test_address.py townhall/test_known_families.py \
	account/test_trusted_networks.py services/test_board.py services/test_duplicates_joined.py \
	services/test_mail_turns.py services/test_passwords.py services/test_totp.py stores/test_facts_migrated.py \
	stores/test_migrations.py

.PHONY: help run test trials everything long quick check machine deploy faults places fix pictures bench bench-addok bench-links bench-uploads attack mutants browsers antivirus proxies icons words clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run  ## the demonstration town, on http://localhost:8000
	PORTAIL_DEMO=1 $(BIN)/portail-famille demo --port $(PORT)

test: .venv/dev browsers antivirus  ## every test but the trials, a whole journey in a browser included, five minutes
	@$(PYTEST) $(TRIALS:%=--ignore=tests/%)

trials: .venv/dev browsers proxies  ## browsers, three engines, servers, proxies; killed, cut, full, moved: eight minutes
	@$(PYTEST) -m "not long" $(TRIALS:%=tests/%)

everything: .venv/dev browsers antivirus proxies  ## both at once, as CI does: while the trials wait, the tests work
	@$(PYTEST) -m "not long" tests

long: .venv/dev browsers proxies  ## before a release: the trials that are marked long, of which each run has a short form
	@$(PYTEST) -m long $(TRIALS:%=tests/%)

quick: .venv/dev  ## for the inner loop, a case of each test of steps, pages and services: no browser, no server process
	$(BIN)/pytest -n $(CORES) --one-case -m "not slow" $(SLOW:%=--ignore=tests/%)

check: .venv/dev  ## style, types, layers, templates, security
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/bandit -q -c pyproject.toml -r wizard

machine: .venv/dev  ## what no sequence of acts of two families may break, some twenty thousand acts, others each time
	MACHINE=500 $(BIN)/pytest -n 0 tests/machine

places: .venv/dev  ## a thousand photos that tell where they were taken, sent as phones do: in none that is kept, four minutes
	PLACES=1000 $(BIN)/pytest -n 0 -s tests/documents/test_places.py

deploy: .venv/dev proxies  ## README's lines on a machine of their own, both proxies, every way that an upgrade goes wrong, ten minutes
	DEPLOY=1 $(BIN)/pytest -n 0 tests/deploy

# Without the library that changes the time of a process, its test is skipped.
faults: .venv/dev  ## a thousand processes killed, disks full, mail refused, a wrong clock, five hundred cuts of the network, half an hour
	@ls /usr/lib/*/faketime/libfaketimeMT.so.1 > /dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq faketime; } || true
	KILLS=1000 WALKS=0-56 $(BIN)/pytest -n 0 -s tests/faults tests/net/test_faults.py

fix: .venv/dev  ## what ruff puts right by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

pictures: .venv/dev browsers  ## every screen and mail, on two phones, light, dark and in forced colours: tests/screenshots; those of the README
	PICTURES=1 $(PYTEST) tests/walks/test_walk.py tests/walks/test_axe.py tests/walks/test_axe_later.py \
		tests/walks/test_axe_agents.py tests/walks/test_years.py tests/walks/test_letters.py tests/walks/test_morning.py
	$(BIN)/python -m tests.walks.picture

bench: .venv/dev build/learning/ready build/peer/ready  ## ratios, measured side by side; DATA is a folder with the official address files
	PYTHONPATH=build/peer $(BIN)/python -m tests.bench.steps
	$(BIN)/python -m tests.bench.costs
	$(BIN)/python -m tests.bench.passwords
	$(BIN)/python -m tests.bench.signins
	$(BIN)/python -m tests.bench.signups
	$(BIN)/python -m tests.bench.dribbling
	$(BIN)/python -m tests.bench.memory
	$(BIN)/python -m tests.bench.towns
	$(BIN)/python -m tests.bench.moving
	$(BIN)/python -m tests.bench.duplicates
	$(BIN)/python -m tests.bench.morning
	$(BIN)/python -m tests.bench.conversion
	$(BIN)/python -m tests.bench.sharing
	PYTHONPATH=build/learning $(BIN)/python -m tests.bench.captcha
	$(BIN)/python -m tests.bench.addresses $(DATA)

bench-links: .venv/dev browsers build/govuk  ## what a parent waits for on a bad link; npm brings the kit it is compared with
	$(BIN)/python -m tests.bench.links

bench-uploads: .venv/dev browsers build/tus  ## photos sent on links that break, a server killed 200 times, half an hour; npm brings tus
	$(BIN)/python -m tests.bench.uploads

build/govuk:
	npm install --silent --no-audit --no-fund --prefix $@ govuk-frontend@6.6.0

build/tus:
	npm install --silent --no-audit --no-fund --prefix $@ tus-js-client@4.3.1 @tus/server@2.4.5 @tus/file-store@2.1.1

bench-addok: .venv/dev  ## the address search beside addok, the national geocoder's engine, on the same data
	@command -v redis-server > /dev/null || { apt-get update -qq && apt-get install -y -qq redis-server; }
	$(BIN)/python -m tests.bench.addok $(DATA)

attack: .venv/dev build/attack/ready  ## wapiti, sqlmap and hostile forms against a running portal, about six minutes
	$(BIN)/python -m tests.attack.attack

SAMPLE ?= 0
mutants: .venv/dev build/mutants/ready  ## which faults, put in the code one at a time, the tests see: an hour and a half; SAMPLE=300, a quarter
	PYTHONPATH=$(CURDIR)/build/mutants nice $(BIN)/python tests/mutants/mutants.py --sample $(SAMPLE)

# Three engines from Debian; elsewhere Playwright's Chromium, and the tests of the two others are skipped.
BROWSERS := chromium chromium-headless-shell chromium-driver firefox-esr webkit2gtk-driver xvfb
browsers: .venv/dev  ## the browsers of the tests
	@which chromium chromium-headless-shell chromedriver firefox-esr WebKitWebDriver Xvfb > /dev/null || \
		{ apt-get update -qq && apt-get install -y -qq $(BROWSERS); } || \
		$(BIN)/playwright install chromium

# Without it, nor apt, the tests of the antivirus are skipped. They need no signature of the world's: one of theirs.
antivirus: .venv/dev  ## the ClamAV of the tests
	@test -x /usr/sbin/clamd || command -v clamd > /dev/null || \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends clamav-daemon; } || true

# Unpacked, not installed: they would serve the ports 80 and 443 of whoever runs the tests. Without apt, theirs are skipped.
UNPACKED := nginx nginx-common caddy dropbear-bin libtomcrypt1 libtommath1
proxies: build/proxies/ready  ## the nginx, the Caddy and the SSH of the tests
build/proxies/ready: Makefile
	@mkdir -p build/proxies && cd build/proxies && { \
		apt-get download -qq $(UNPACKED) 2> /dev/null || { apt-get update -qq && apt-get download -qq $(UNPACKED); }; \
		for package in *.deb; do dpkg-deb --extract $$package . || exit 1; done; } && touch ready || true

# Compiled here: the account that runs the portal may write nothing beside the code.
.venv/run: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-build-isolation --no-deps -e .
	$(BIN)/python -m compileall -q wizard
	touch $@

.venv/dev: requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --no-build-isolation --no-deps -e .
	touch $@ .venv/run

# What others drew or listed, at the versions that the notices name; what is made of it is committed.
icons: .venv/dev build/icons/ready  ## the sheet of the security check, drawn again
	PYTHONPATH=build/icons/python $(BIN)/python -m wizard.services.captcha.build build/icons/node_modules

words: .venv/dev build/words  ## the French words that a guesser of passwords tries first
	$(BIN)/python -m wizard.services.passwords.guessing.build build/words/node_modules

build/icons/ready:
	npm install --silent --no-audit --no-fund --prefix build/icons lucide-static@1.62.0 @tabler/icons@3.51.0 \
		@phosphor-icons/core@2.1.1 bootstrap-icons@1.13.2 @mdi/svg@7.4.47
	$(BIN)/pip install --quiet --target build/icons/python --group icons
	touch $@

build/words:
	npm install --silent --no-audit --no-fund --prefix $@ @zxcvbn-ts/language-fr@4.1.2

# wapiti brings a hundred packages of its own: they stay out of the tests' environment.
build/attack/ready: tests/attack/requirements.txt
	$(PYTHON) -m venv build/attack
	build/attack/bin/pip install --quiet --require-hashes -r tests/attack/requirements.txt
	touch $@

# What attacks the security check learns with.
build/learning/ready: tests/bench/requirements.txt
	$(BIN)/pip install --quiet --require-hashes --no-deps --upgrade --target build/learning -r tests/bench/requirements.txt
	touch $@

# The library beside which a step is measured.
build/peer/ready: tests/bench/peer/requirements.txt
	$(BIN)/pip install --quiet --require-hashes --no-deps --upgrade --target build/peer -r tests/bench/peer/requirements.txt
	touch $@

# What puts the faults in, at the versions that the tests' own tools have.
build/mutants/ready: tests/mutants/requirements.txt
	$(BIN)/pip install --quiet --require-hashes --no-deps --upgrade --target build/mutants -r tests/mutants/requirements.txt
	touch $@

clean:  ## everything that was made here, but the data
	rm -rf .venv build mutants .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
