#!/usr/bin/env bash
# Installs what Rowcall needs to build and run, and only what is missing: PostgreSQL 15+ and Redis 7+ (their server
# programs: no system cluster is made, no service started) and libclang with its headers.
# Says nothing when nothing is missing.
#
#   scripts/setup.sh [--dry-run] [--browser] [--node]
#     --dry-run   print the commands instead of running them
#     --browser   also a Chromium, for the browser tests
#     --node      also Node.js 18+ with npm, for the independent stand-ins of the end-to-end tests
#
# ROWCALL_SETUP_ROOT: look for programs below this folder instead of / (for trying this script out).
set -euo pipefail
shopt -s nullglob

root=${ROWCALL_SETUP_ROOT:-}
dry=
browser=
node=
for argument in "$@"; do
  case $argument in
    --dry-run) dry=1 ;;
    --browser) browser=1 ;;
    --node) node=1 ;;
    *) echo "setup: unknown argument $argument" >&2; exit 1 ;;
  esac
done

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }

# --- what is there -----------------------------------------------------------------------------------------------

# The first number in the output of PROGRAM --version, 0 if there is none.
major() {
  local text
  text=$("$1" --version 2>/dev/null) || text=
  [[ $text =~ ([0-9]+) ]] && echo "${BASH_REMATCH[1]}" || echo 0
}

have_postgres() {
  local folder
  if [ -n "${ROWCALL_PG_BIN:-}" ]; then
    [ -x "$ROWCALL_PG_BIN/initdb" ]
    return
  fi
  for folder in "$root"/usr/lib/postgresql/*/bin "$root"/usr/pgsql-*/bin; do
    [[ $folder =~ (postgresql/|pgsql-)([0-9]+)/bin$ ]] && [ "${BASH_REMATCH[2]}" -ge 15 ] &&
      [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && return 0
  done
  for folder in "$root"/opt/homebrew/opt/postgresql*/bin "$root"/usr/local/opt/postgresql*/bin "$root"/usr/bin; do
    [ -x "$folder/initdb" ] && [ "$(major "$folder/postgres")" -ge 15 ] && return 0
  done
  [ -z "$root" ] && command -v initdb >/dev/null && command -v postgres >/dev/null && [ "$(major postgres)" -ge 15 ]
}

have_redis() {
  local program
  [ -n "${ROWCALL_REDIS_BIN:-}" ] && return 0
  for program in "$root"/usr/bin/{redis,valkey}-server "$root"/usr/local/bin/{redis,valkey}-server \
    "$root"/opt/homebrew/bin/{redis,valkey}-server; do
    [ -x "$program" ] && [ "$(major "$program")" -ge 7 ] && return 0
  done
  [ -z "$root" ] && command -v redis-server >/dev/null && [ "$(major redis-server)" -ge 7 ]
}

# The library alone is not enough: bindings are made from headers that include <stdbool.h>.
have_libclang() {
  local library headers
  [ -n "${LIBCLANG_PATH:-}" ] && return 0
  library=("$root"/usr/lib/llvm-*/lib/libclang*.so* "$root"/usr/lib/*-linux-*/libclang*.so* "$root"/usr/lib64/libclang.so*
    "$root"/usr/lib64/llvm*/lib/libclang.so* "$root"/usr/lib/libclang.so*
    "$root"/Library/Developer/CommandLineTools/usr/lib/libclang.dylib "$root"/opt/homebrew/opt/llvm/lib/libclang.dylib
    "$root"/Applications/Xcode.app/Contents/Developer/Toolchains/*/usr/lib/libclang.dylib)
  headers=("$root"/usr/lib/llvm-*/lib/clang/*/include/stdbool.h "$root"/usr/lib/clang/*/include/stdbool.h
    "$root"/usr/lib64/clang/*/include/stdbool.h "$root"/usr/lib64/llvm*/lib/clang/*/include/stdbool.h
    "$root"/Library/Developer/CommandLineTools/usr/lib/clang/*/include/stdbool.h
    "$root"/opt/homebrew/opt/llvm/lib/clang/*/include/stdbool.h
    "$root"/Applications/Xcode.app/Contents/Developer/Toolchains/*/usr/lib/clang/*/include/stdbool.h)
  [ ${#library[@]} -gt 0 ] && [ ${#headers[@]} -gt 0 ]
}

have_browser() {
  local name
  [ -n "${CHROME:-}" ] && return 0
  for name in chromium chromium-browser google-chrome; do
    [ -z "$root" ] && command -v "$name" >/dev/null && return 0
  done
  [ -x "$root/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] ||
    [ -x "$root/Applications/Chromium.app/Contents/MacOS/Chromium" ]
}

have_node() {
  [ -z "$root" ] && command -v npm >/dev/null && command -v node >/dev/null && [ "$(major node)" -ge 18 ]
}

command -v cargo >/dev/null || fail "cargo was not found. Install Rust from https://rustup.rs, then try again"
command -v cc >/dev/null || fail "no C compiler (cc) was found. Install gcc or clang (Debian: apt-get install gcc), then try again"

missing=()
have_postgres || missing+=(postgres)
have_redis || missing+=(redis)
have_libclang || missing+=(libclang)
[ -z "$browser" ] || have_browser || missing+=(browser)
[ -z "$node" ] || have_node || missing+=(node)
[ ${#missing[@]} -gt 0 ] || exit 0

# --- how to get it -----------------------------------------------------------------------------------------------

system=$(uname -s)
if [ "$system" = Darwin ]; then
  manager=brew
elif command -v apt-get >/dev/null; then
  manager=apt
elif command -v dnf >/dev/null; then
  manager=dnf
else
  fail "missing: ${missing[*]}; none of apt-get, dnf, brew is here. Install PostgreSQL 15+ (server), Redis 7+ (server) and libclang with its headers by hand"
fi

# As root directly, else through sudo; without either, the person must do it.
as_root=()
can_install=1
if [ "$manager" != brew ] && [ "$(id -u)" != 0 ]; then
  as_root=(sudo)
  if ! command -v sudo >/dev/null; then
    can_install=
  elif [ ! -t 0 ] && ! sudo -n true 2>/dev/null; then
    can_install= # it would ask for a password, and nobody is there to type it
  fi
fi

run() {
  if [ -n "$dry" ]; then
    echo "  $*"
  else
    "$@"
  fi
}

root_run() { run ${as_root[@]+"${as_root[@]}"} "$@"; }

root_write() { # FILE MODE, text from standard input
  if [ -n "$dry" ]; then
    echo "  write $1: $(tr '\n' ' ')"
  else
    ${as_root[@]+"${as_root[@]}"} tee "$1" >/dev/null
    ${as_root[@]+"${as_root[@]}"} chmod "$2" "$1"
  fi
}

wants() { case " ${missing[*]} " in *" $1 "*) true ;; *) false ;; esac; }

newest_apt_postgres() {
  local version
  for version in 18 17 16 15; do
    if apt-cache show "postgresql-$version" >/dev/null 2>&1; then
      echo "postgresql-$version"
      return
    fi
  done
}

policy=/usr/sbin/policy-rc.d
conf=/etc/postgresql-common/createcluster.conf

with_apt() {
  local packages=() postgres made_policy= kept_conf= had_redis=
  if wants postgres; then
    postgres=$(newest_apt_postgres)
    if [ -z "$postgres" ] && [ -n "$can_install" ]; then
      say "reading the package lists"
      root_run apt-get update -qq
      postgres=$(newest_apt_postgres)
    fi
    [ -n "$postgres" ] || [ -n "$dry" ] || [ -z "$can_install" ] ||
      fail "this system has no PostgreSQL 15 or newer. Add https://wiki.postgresql.org/wiki/Apt, then try again"
    packages+=("${postgres:-postgresql}")
  fi
  wants redis && packages+=(redis-server)
  wants libclang && packages+=(libclang-dev)
  wants browser && packages+=(chromium)
  wants node && packages+=(nodejs npm)
  [ -n "$can_install" ] || fail "missing: ${missing[*]}, and no right to install them. Run this as root, then try again:
  mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' > $conf   # no system cluster
  apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
  say "installing ${packages[*]} (no system cluster is made, no service started)"
  if wants postgres; then
    root_run mkdir -p "${conf%/*}"
    if [ -e "$conf" ]; then
      kept_conf=1
      root_run cp -p "$conf" "$conf.rowcall"
    fi
    printf '# Written by the set-up of Rowcall, which starts private servers of its own.\ncreate_main_cluster = false\n' |
      root_write "$conf" 644
  fi
  if [ ! -e "$policy" ]; then
    made_policy=1
    printf '#!/bin/sh\nexit 101\n' | root_write "$policy" 755
  fi
  if dpkg -s redis-server >/dev/null 2>&1; then had_redis=1; fi
  # Whatever happens, services can start again afterwards, and what was configured before is back.
  undo() {
    [ -z "$made_policy" ] || root_run rm -f "$policy"
    [ -z "$kept_conf" ] || root_run mv -f "$conf.rowcall" "$conf"
  }
  trap 'undo; trap - EXIT' EXIT
  local options=(-y -qq --no-install-recommends -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold)
  local environment=(env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1)
  if ! root_run "${environment[@]}" apt-get install "${options[@]}" "${packages[@]}" >&2; then
    # The package lists may be old or empty.
    root_run apt-get update -qq
    root_run "${environment[@]}" apt-get install "${options[@]}" "${packages[@]}" >&2
  fi
  undo
  trap - EXIT
  # Installed but not wanted as a service: it would start at the next boot.
  if wants redis && [ -z "$had_redis" ] && command -v systemctl >/dev/null; then
    root_run systemctl disable redis-server >/dev/null 2>&1 || true
  fi
}

with_dnf() {
  local packages=()
  wants postgres && packages+=(postgresql-server)
  if wants redis; then
    # Newer Fedora has Valkey, which speaks the same.
    if dnf -q list --available redis >/dev/null 2>&1; then packages+=(redis); else packages+=(valkey); fi
  fi
  wants libclang && packages+=(clang-devel)
  wants browser && packages+=(chromium)
  wants node && packages+=(nodejs npm)
  [ -n "$can_install" ] || fail "missing: ${missing[*]}, and no right to install them. Run this as root, then try again:
  dnf install -y ${packages[*]}"
  say "installing ${packages[*]} (no system cluster is made, no service started)"
  root_run dnf install -y -q "${packages[@]}"
}

with_brew() {
  local packages=()
  command -v brew >/dev/null ||
    fail "missing: ${missing[*]}, and Homebrew is not here. Install it from https://brew.sh, then try again"
  wants postgres && packages+=(postgresql@17)
  wants redis && packages+=(redis)
  wants libclang && packages+=(llvm)
  wants node && packages+=(node)
  if [ ${#packages[@]} -gt 0 ]; then
    say "installing ${packages[*]} (no service is started)"
    run brew install -q "${packages[@]}"
  fi
  if wants browser; then
    say "installing chromium"
    run brew install -q --cask chromium
  fi
}

"with_$manager"
[ -z "$dry" ] || exit 0

wants postgres && ! have_postgres && fail "PostgreSQL is installed, but not version 15 or newer. See https://www.postgresql.org/download"
wants redis && ! have_redis && fail "Redis is installed, but not version 7 or newer. See https://redis.io/downloads"
wants libclang && ! have_libclang && fail "libclang is installed, but was not found. Set LIBCLANG_PATH to its folder"
wants node && ! have_node && fail "Node.js is installed, but not version 18 or newer. See https://nodejs.org"
say "done"
