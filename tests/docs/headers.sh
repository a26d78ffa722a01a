#!/bin/sh
# Each public header opens with what it is for, an example, and the paragraphs "Ownership:", "Threads:", "Cancellation:" and
# "Errors:"; those that are not for direct use say so. The man page of the library names each of the former.
# Usage: headers.sh ROOT
#
# First proves that what is missing is found.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# check FOLDER-OF-HEADERS MAN-PAGE: prints what is missing.
check() {
  for header in "$1"/*.hpp; do
    name=weir/${header##*/}
    awk '!/^\/\// { exit } { print }' "$header" >"$work/opening"
    if sed 's#^// ##' "$work/opening" | tr '\n' ' ' | grep -qi 'not for direct use' || [ "$name" = weir/weir.hpp ]; then continue; fi
    grep -q '^//   ' "$work/opening" || echo "$name shows no example"
    for word in Ownership Threads Cancellation Errors; do
      grep -q "^// $word: " "$work/opening" || echo "$name does not say: $word"
    done
    grep -qF "$name" "$2" || echo "$2 does not name $name"
  done
}

mkdir "$work/headers"
printf '// Nothing.\n// Threads: none.\n#pragma once\n//   example\n// Errors: too late.\n' >"$work/headers/bad.hpp"
printf '// Not told of; not for direct use.\n' >"$work/headers/inner.hpp"
printf 'weir/inner.hpp\n' >"$work/page"
if [ "$(check "$work/headers" "$work/page" | wc -l)" != 5 ]; then
  echo 'headers: the check is broken'
  check "$work/headers" "$work/page"
  exit 1
fi
check "$1/include/weir" "$1/man/libweir.3" >"$work/found"
cat "$work/found"
[ ! -s "$work/found" ]
