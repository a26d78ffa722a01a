#!/bin/sh
# g++ 12 destroys some temporaries of statements with co_await twice, and miscompiles some conditions. The
# compiler does not warn; this does. Usage: coroutine_shapes.sh ROOT
#
# First proves on shapes.txt, where every line with a bad statement says BAD, that each is found and no other.
set -u
root=$1
rules=$root/tests/rules
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

awk -f "$rules/coroutine_shapes.awk" "$rules/shapes.txt" >"$work/found"
grep -n 'BAD' "$rules/shapes.txt" | cut -d: -f1 >"$work/expected_lines"
sed 's/.*shapes\.txt:\([0-9]*\):.*/\1/' "$work/found" | sort -nu >"$work/found_lines"
if ! diff "$work/expected_lines" "$work/found_lines"; then
  echo 'coroutine_shapes: the checker itself is wrong about the lines above of shapes.txt (< missed, > too much)'
  exit 1
fi

cd "$root" || exit 1
find src/ include/ tests/ samples/ \( -name '*.cpp' -o -name '*.hpp' \) -print | sort >"$work/files"
if ! grep -q . "$work/files"; then
  echo 'coroutine_shapes: no sources found'
  exit 1
fi
xargs awk -f "$rules/coroutine_shapes.awk" <"$work/files"
