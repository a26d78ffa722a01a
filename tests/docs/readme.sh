#!/bin/sh
# Runs what README.md shows: in each ```console block a line "$ COMMAND" and, below it, all that the command
# prints. Usage: readme.sh WEIR ROOT
#
# First proves on a made-up text that a wrong output is found.
set -u
root=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
PATH=$(dirname "$1"):$PATH
unset GREP_COLORS WEIR_IO
export WEIR_CONFIG=

# split FILE FOLDER: case 1 becomes FOLDER/1.command and FOLDER/1.expected, and so on.
split() {
  mkdir "$2"
  awk -v folder="$2" '
    /^```console$/ { inside = 1; next }
    /^```/ { inside = 0; next }
    !inside { next }
    /^\$ / {
      name = folder "/" ++count
      print substr($0, 3) > (name ".command")
      printf "" > (name ".expected")
      next
    }
    { print > (name ".expected") }' "$1"
}

# run_all FOLDER: runs the cases at the root of the tree; prints what differs.
run_all() {
  status=0
  for command in "$1"/*.command; do
    (cd "$root" && sh "$command") >"$1/output" 2>&1 </dev/null
    if ! diff "${command%.command}.expected" "$1/output" >"$1/differences"; then
      echo "\$ $(cat "$command")"
      cat "$1/differences"
      status=1
    fi
  done
  return $status
}

printf 'text\n```console\n$ echo one\none\n$ echo two\nthree\n```\n' >"$work/wrong.md"
split "$work/wrong.md" "$work/proof"
if run_all "$work/proof" >/dev/null || [ ! -f "$work/proof/2.expected" ]; then
  echo 'readme: the check accepts anything'
  exit 1
fi

split "$root/README.md" "$work/cases"
count=$(find "$work/cases" -name '*.command' | wc -l)
if [ "$count" -lt 5 ]; then
  echo "readme: only $count examples found"
  exit 1
fi
run_all "$work/cases" || exit 1
echo "readme: $((count)) examples print what they show"
