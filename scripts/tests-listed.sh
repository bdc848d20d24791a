#!/usr/bin/env bash
# Every crate has one test program, tests/main.rs, which names its modules. A file that nobody names would never run, and
# nothing else would tell: this does.
set -euo pipefail
cd "$(dirname "$0")/.."
missed=0
while read -r main; do
  folder=$(dirname "$main")
  for file in "$folder"/*.rs "$folder"/*/mod.rs; do
    [ -e "$file" ] && [ "$file" != "$main" ] || continue
    module=$(basename "${file%/mod.rs}" .rs)
    # A program of its own is listed in the manifest.
    grep -qx "mod $module;" "$main" || grep -qx "name = \"$module\"" "$folder/../Cargo.toml" ||
      { echo "tests-listed: $file is never run; add \`mod $module;\` to $main" >&2; missed=1; }
  done
done < <(git ls-files '*tests/main.rs')
exit $missed
