#!/bin/sh
# Doxygen makes the reference of the public headers without a warning. Usage: reference.sh DOXYFILE. Exits with 77, skipped,
# without doxygen.
set -u
command -v doxygen >/dev/null 2>&1 || { echo 'reference: no doxygen here'; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# make DOXYFILE [SETTING]: prints the warnings.
make() {
  { cat "$1" && printf '%s\n' "OUTPUT_DIRECTORY = $work/docs" "${2:-}"; } | doxygen - 2>&1
}

mkdir "$work/docs"
printf '/// \\file\n\n/// \\param none of that name\nvoid call(int one);\n' >"$work/broken.h"
if make "$1" "INPUT += $work/broken.h" >/dev/null; then
  echo 'reference: the check accepts anything'
  exit 1
fi
make "$1" || exit 1
for page in index.html classweir_1_1TaskGroup.html semaphore_8cpp-example.html; do
  [ -f "$work/docs/html/$page" ] || { echo "reference: $page is not there"; exit 1; }
done
