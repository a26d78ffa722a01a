#!/bin/sh
# Every header compiles alone. Usage: header_self_containment.sh ROOT COMPILER BUILD
#
# A header that a source includes first is compiled alone by the build, whose directory is BUILD, and the
# public ones are by the test public_headers; the others are compiled here. First proves that one that leans on its
# includer is found.
set -u
root=$1
compiler=$2
build=$3
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

compiles_alone() {
  "$compiler" -std=c++20 -fsyntax-only -I "$root/include" -I "$root/src" -x c++ -include "$1" /dev/null
}

# The headers of src that sources of the build include first; none when it keeps no list of its commands.
first_includes() {
  sed -n 's/^ *"file": "\(.*\)".*/\1/p' "$build/compile_commands.json" | grep "^$root/src/" |
    xargs -r grep -h -m 1 '^#include' | sed -n 's/^#include "\(.*\)"$/\1/p' | sort -u
}

printf '#pragma once\ninline std::string greet() { return "hello"; }\n' >"$work/leans.hpp"
if compiles_alone "$work/leans.hpp" 2>/dev/null; then
  echo 'header_self_containment: the check accepts anything'
  exit 1
fi

first_includes >"$work/first"
(cd "$root/src" && find . -name '*.hpp' | sed 's/^\.\///' | sort) >"$work/all"
status=0
for header in $(comm -23 "$work/all" "$work/first"); do
  compiles_alone "$root/src/$header" || { echo "$header does not compile alone"; status=1; }
done
[ -s "$work/all" ] || status=1
exit $status
