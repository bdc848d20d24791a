#!/usr/bin/env bash
# Looks for bytes that break a property of tests/fuzz, by libFuzzer:
#   scripts/fuzz.sh [SECONDS for each target, 60] [TARGET…]
# What breaks one is kept in tests/fuzz/corpus, where the ordinary tests meet it until it is put right. New inputs that reach
# new code are kept under target/fuzz; KEEP=n takes over n for each target into tests/fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(check deparse plan csv press)
corpus=$PWD/tests/fuzz/corpus
out=${CARGO_TARGET_DIR:-$PWD/target}/fuzz

# Coverage as cargo-fuzz asks for it, without a sanitizer, so that the stable compiler will do. With --target, build
# scripts and macros stay as they are.
host=$(rustc -vV | sed -n 's/^host: //p')
flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
flags+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
flags+=" -Cllvm-args=-sanitizer-coverage-trace-compares -Clink-dead-code -Ccodegen-units=1"
features=()
# The buttons' target alone needs the front ends to be built.
[[ " ${targets[*]} " == *" press "* ]] || features=(--no-default-features)
bins=()
for target in "${targets[@]}"; do bins+=(--bin "$target"); done
RUSTFLAGS=$flags CARGO_TARGET_DIR=$out cargo build --release --target "$host" \
  --manifest-path tests/fuzz/targets/Cargo.toml "${features[@]}" "${bins[@]}"

failed=0
for target in "${targets[@]}"; do
  found=$out/corpus/$target
  mkdir -p "$found"
  echo "fuzz: $target, $seconds seconds"
  program=$out/$host/release/$target
  "$program" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$corpus/$target/broken-" "$found" "$corpus/$target" || failed=1
  if [ "${KEEP:-0}" -gt 0 ]; then
    # Of all that reach as much, the least; of those that are new, n that are long enough to say something.
    least=$out/least/$target
    rm -rf "$least"
    mkdir -p "$least"
    cp "$corpus/$target"/* "$least"
    "$program" -merge=1 -max_len=200 -verbosity=0 -artifact_prefix="$out/" "$least" "$found" || true
    for file in "$corpus/$target"/*; do rm -f "$least/${file##*/}"; done
    new=$(find "$least" -type f -size +30c | sort)
    step=$(($(wc -l <<<"$new") / KEEP + 1))
    awk "NF && NR % $step == 0" <<<"$new" | while read -r file; do cp "$file" "$corpus/$target"; done
  fi
done
[ "$failed" = 0 ] || { echo "fuzz: a property does not hold; the input is in tests/fuzz/corpus" >&2; exit 1; }
