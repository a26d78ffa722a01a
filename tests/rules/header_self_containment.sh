#!/bin/sh
# Every header compiles alone. Usage: header_self_containment.sh ROOT COMPILER
#
# First proves that one that leans on its includer is found.
set -u
root=$1
compiler=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

compiles_alone() {
  "$compiler" -std=c++20 -fsyntax-only -I "$root/include" -I "$root/src" -x c++ -include "$1" /dev/null
}

printf '#pragma once\ninline std::string greet() { return "hello"; }\n' >"$work/leans.hpp"
if compiles_alone "$work/leans.hpp" 2>/dev/null; then
  echo 'header_self_containment: the check accepts anything'
  exit 1
fi

status=0
count=0
for header in $(find "$root/include/" "$root/src/" -name '*.hpp' -print | sort); do
  count=$((count + 1))
  compiles_alone "$header" || { echo "$header does not compile alone"; status=1; }
done
[ "$count" -gt 0 ] || status=1
exit $status
