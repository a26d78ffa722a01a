#!/bin/sh
# From a fresh clone to a run. Debian 12 or newer; needs root or sudo only when a package is missing.
#
#   sh bootstrap.sh         installs what the build needs, builds build/release/weir, shows it at work
#   sh bootstrap.sh test    the same, then builds everything and runs all tests
set -eu
cd "$(dirname "$0")"
export DEBIAN_FRONTEND=noninteractive

usage() {
  echo 'usage: sh bootstrap.sh [test]' >&2
  exit 2
}

say() { printf '\n== %s\n' "$*"; }

# Vectorscan, the portable fork of Hyperscan, loses matches in the versions that Debian 12 has; where
# Hyperscan exists, on x86, it is taken instead.
packages() {
  echo g++ cmake ninja-build liburing-dev libcli11-dev libfmt-dev libhwy-dev libpcre2-dev
  echo libsimdjson-dev libjq-dev libonig-dev # records
  echo libisal-dev libzstd-dev liblz4-dev liblzma-dev libbz2-dev libbrotli-dev # codecs
  echo libarchive-dev zlib1g-dev nettle-dev # archives
  case $(uname -m) in
    x86_64 | amd64) echo libhyperscan-dev ;;
    *) echo libvectorscan-dev ;;
  esac
  echo libgtest-dev libgmock-dev clang-format man-db doxygen # tests
}

is_installed() {
  dpkg-query -W -f='${Status}\n' "$1" 2>/dev/null | grep -q '^install ok installed$'
}

missing() {
  for package in $(packages); do
    is_installed "$package" || echo "$package"
  done
}

# The two regex libraries cannot be installed side by side; the wrong one has to go in the same step.
leaving() {
  case " $* " in *' libhyperscan-dev '*) ;; *) return 0 ;; esac
  for package in libvectorscan-dev libvectorscan5; do
    if is_installed "$package"; then echo "$package-"; fi
  done
}

give_up() {
  echo "bootstrap.sh: $1. weir is built from these Debian packages:" >&2
  packages | tr '\n' ' ' | sed 's/^/  /; s/ $/\n/' >&2
  exit 1
}

install_packages() {
  if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "No dpkg here: going on with what is installed. On Debian these packages are needed:"
    packages
    return
  fi
  wanted=$(missing)
  [ -n "$wanted" ] || return 0
  say "installing" $wanted
  command -v apt-get >/dev/null 2>&1 || give_up "$(echo $wanted) missing and no apt-get to install it"
  as_root=
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || give_up "$(echo $wanted) missing, and neither root nor sudo to install it"
    as_root='sudo DEBIAN_FRONTEND=noninteractive'
  fi
  # Old lists may still do where the update fails; the installation decides.
  $as_root apt-get -q update </dev/null || echo 'bootstrap.sh: apt-get update failed; trying with the lists there are' >&2
  $as_root apt-get -q install -y --no-install-recommends $wanted $(leaving $wanted) </dev/null ||
    give_up 'apt-get install failed'
}

configure() {
  say "cmake --preset release"
  cmake --preset release
}

show() {
  say "weir grep -n -m 2 'timeout|refused' samples/logs   (the first two lines of each file)"
  build/release/weir grep -n -m 2 'timeout|refused' samples/logs
  say "weir grep -c 'timeout|refused' samples/logs"
  build/release/weir grep -c 'timeout|refused' samples/logs
}

[ $# -le 1 ] || usage
[ "${1:-test}" = test ] || usage
install_packages
configure
if [ "${1:-}" = test ]; then
  say 'building everything'
  cmake --build --preset release
  say 'ctest --preset release'
  ctest --preset release -j "$(nproc)"
else
  say 'building build/release/weir'
  cmake --build --preset release --target weir
  show
fi
