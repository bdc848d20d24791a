#!/usr/bin/env bash
# Runs a command with one private PostgreSQL and Redis for all of its tests, and stops them afterwards:
#   scripts/with-test-servers.sh cargo test -p rowcall-shared
set -euo pipefail
cd "$(dirname "$0")/.."
# --workspace: with the features that the tests are built with, or every dependency would be built twice.
cargo build --quiet --workspace --bin with_servers
exec "${CARGO_TARGET_DIR:-target}/debug/with_servers" "$@"
