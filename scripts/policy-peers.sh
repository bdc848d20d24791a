#!/usr/bin/env bash
# How many statements a second sqlglot and pglast read, beside the policy's own number: one line of JSON.
#   scripts/policy-peers.sh FILE    (a JSON list of statements)
# Both are installed into target/policy-peers the first time; without a network this says so and measures nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${CARGO_TARGET_DIR:-$PWD/target}/policy-peers
skip() { echo "policy-peers: $1; sqlglot and pglast are not measured" >&2; echo '{}'; exit 0; }
command -v python3 >/dev/null || skip "there is no python3"
if ! "$venv/bin/python" -c 'import sqlglot, pglast' 2>/dev/null; then
  python3 -m venv "$venv" >/dev/null 2>&1 || skip "python3 makes no virtual environment"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --retries 1 --timeout 20 'sqlglot>=26' 'pglast>=7' >&2 \
    || skip "pip cannot install them here"
fi
exec "$venv/bin/python" - "$1" <<'PYTHON'
import json, sys, time
from importlib.metadata import version
import pglast, sqlglot
from pglast.stream import RawStream

statements = json.load(open(sys.argv[1]))

def per_second(work, seconds=2.0):
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        for sql in statements:
            work(sql)
        done += len(statements)
    return round(done / (time.perf_counter() - began))

# Reading alone, and reading and printing as the policy does; neither of them judges anything.
print(json.dumps({
    "sqlglot": version("sqlglot"), "pglast": version("pglast"),
    "sqlglot_parse_per_second": per_second(lambda s: sqlglot.parse_one(s, read="postgres")),
    "sqlglot_parse_and_print_per_second": per_second(lambda s: sqlglot.parse_one(s, read="postgres").sql("postgres")),
    "pglast_parse_per_second": per_second(pglast.parse_sql),
    "pglast_parse_and_print_per_second": per_second(lambda s: RawStream()(pglast.parse_sql(s))),
}))
PYTHON
