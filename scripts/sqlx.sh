#!/usr/bin/env bash
# Makes the committed query metadata (shared/.sqlx) anew from the migrations, or with --check only compares.
# The query macros write one file per query when they see a database and a folder, so no further tool is needed.
set -euo pipefail
shopt -s nullglob
cd "$(dirname "$0")/.."

if [ -z "${ROWCALL_TEST_PG_URL:-}" ]; then
  exec scripts/with-test-servers.sh "$0" "$@"
fi

psql=$(command -v psql || true)
for candidate in /usr/lib/postgresql/*/bin/psql /opt/homebrew/opt/postgresql*/bin/psql /usr/local/opt/postgresql*/bin/psql; do
  [ -n "$psql" ] || { [ -x "$candidate" ] && psql=$candidate; }
done
[ -n "$psql" ] || { echo "sqlx: psql was not found; install the PostgreSQL client" >&2; exit 1; }

name=sqlx_$$
"$psql" -X -q "$ROWCALL_TEST_PG_URL" -c "CREATE DATABASE $name"
url=${ROWCALL_TEST_PG_URL%/*}/$name
for file in migrations/*.sql; do
  case $file in
    *.down.sql) ;;
    *) "$psql" -X -q -v ON_ERROR_STOP=1 --single-transaction "$url" -f "$file" >/dev/null ;;
  esac
done

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
touch shared/src/lib.rs # or cargo would not run the macros again
# --workspace: with the features that everything is built with, or every dependency would be checked twice.
DATABASE_URL=$url SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$made cargo check --quiet --workspace --lib

mkdir -p shared/.sqlx
if diff -rq "$made" shared/.sqlx >/dev/null; then
  echo "sqlx: the metadata of $(find "$made" -name '*.json' | wc -l | tr -d ' ') queries is up to date"
elif [ "${1:-}" = --check ]; then
  echo "sqlx: shared/.sqlx does not fit the queries and migrations. Run: make sqlx" >&2
  diff -rq "$made" shared/.sqlx | sed "s#$made#expected#" >&2 || true
  exit 1
else
  rm -f shared/.sqlx/query-*.json
  cp "$made"/*.json shared/.sqlx/
  echo "sqlx: wrote the metadata of $(find shared/.sqlx -name '*.json' | wc -l | tr -d ' ') queries"
fi
# What was compiled against the database must not be taken for the offline build.
touch shared/src/lib.rs
