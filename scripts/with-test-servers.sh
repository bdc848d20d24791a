#!/usr/bin/env bash
# Runs a command with one private PostgreSQL and Redis for all of its tests, and stops them afterwards:
#   scripts/with-test-servers.sh cargo test -p rowcall-shared
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet -p rowcall-embedded --bin with_servers
exec "${CARGO_TARGET_DIR:-target}/debug/with_servers" "$@"
