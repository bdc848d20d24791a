# Rowcall. `make demo` starts everything; `make` lists what else there is.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Queries are checked against committed metadata; a DATABASE_URL that happens to be set must not change that.
export SQLX_OFFLINE := true

# Property tests take the same cases everywhere, so that a failure can be repeated; PROPTEST_RNG_SEED=n tries others.
export PROPTEST_RNG_SEED ?= 1

profile := $(if $(RELEASE),--release,)
ARGS ?=
RUNS ?= 200
with_servers := scripts/with-test-servers.sh
# The built program, for tests that run it.
target := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)

##@ Use
demo: setup ## start everything on this machine: http://127.0.0.1:8080 (RELEASE=1: optimised; ARGS="--port 9000")
	@cargo build $(profile) -p rowcall
	@exec $(target)/$(if $(RELEASE),release,debug)/rowcall demo $(ARGS)

build: setup ## build the program (RELEASE=1: optimised)
	@cargo build $(profile) -p rowcall

##@ Check
test: setup ## all tests, with one private PostgreSQL and Redis for the run (ARGS="-p rowcall-shared": some)
	@cargo build --workspace --bins
	@ROWCALL_PROGRAM="$(target)/debug/rowcall" $(with_servers) cargo test $(if $(ARGS),$(ARGS),--workspace)

lint: setup ## formatting, clippy, tests that nobody lists, query metadata, dependencies
	@cargo fmt --all --check
	@scripts/tests-listed.sh
	@cargo clippy --workspace --all-targets --quiet -- -D warnings
	@if compgen -G 'migrations/*.sql' >/dev/null; then scripts/sqlx.sh --check; fi
	@if command -v cargo-deny >/dev/null; then cargo deny --log-level error check bans licenses sources; \
	else echo "lint: cargo-deny is not installed, dependencies are not checked (make deny installs it)"; fi

e2e: setup-e2e ## the console in a real browser; Discord, Telegram and a model as others imitate them; all of versions
	@cargo build --workspace --bins
	@ROWCALL_PROGRAM="$(target)/debug/rowcall" ROWCALL_TEREMOCK="$(target)/independent/debug/rowcall-independent-telegram" \
	  $(with_servers) cargo test --workspace --lib --bins --tests -- --ignored browser independent --test-threads=1
	@scripts/postgres-versions.sh

versions: setup-e2e ## what speaks to a source, against each of PostgreSQL 13 to 18 (ARGS="13 18": some)
	@scripts/postgres-versions.sh $(ARGS)

chaos: setup ## kill and cut things while runs are on their way (RUNS=n); ends with one JSON line
	@cargo build --quiet $(profile) --workspace --bins
	@$(target)/$(if $(RELEASE),release,debug)/chaos --runs $(RUNS)

chaos-changes: setup ## kill and cut things while changes run (RUNS=n); ends with one JSON line
	@cargo build --quiet $(profile) --workspace --example chaos-changes
	@$(target)/$(if $(RELEASE),release,debug)/examples/chaos-changes --runs $(RUNS)

bench: setup ## measure; prints JSON, and a line of JSON about the policy beside sqlglot and pglast
	@cargo build --release -p rowcall -p rowcall-tests --bins
	@$(target)/release/bench $(ARGS)
	@$(if $(ARGS),true,cargo bench --quiet -p rowcall-policy --bench check)

fuzz: setup ## look for inputs that break a property of tests/fuzz (FOR=60: seconds for each of five; KEEP=n keeps n of what was found for each)
	@scripts/fuzz.sh $(or $(FOR),60)

deny: ## check dependencies for bans, licences and advisories (installs cargo-deny first: takes minutes)
	@command -v cargo-deny >/dev/null || cargo install cargo-deny --locked
	@cargo deny check

##@ Work
sqlx: setup ## make the committed query metadata anew (after a change of a query or a migration)
	@scripts/sqlx.sh

fmt: ## format the code
	@cargo fmt --all

setup: ## install what is missing: PostgreSQL, Redis, libclang
	@scripts/setup.sh

setup-e2e:
	@scripts/setup.sh --browser --node
	@for part in discord model; do (cd tests/independent/$$part && { [ -d node_modules ] || npm ci --no-audit --no-fund --loglevel=error; }) || exit 1; done
	@cargo build --quiet --manifest-path tests/independent/telegram/Cargo.toml --target-dir "$(target)/independent"

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "%s%s\n", (n++ ? "\n" : ""), substr($$0, 5)} \
	  /^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo build test lint e2e versions chaos chaos-changes bench fuzz deny sqlx fmt setup setup-e2e help
