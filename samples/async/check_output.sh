#!/bin/sh
# Runs a program and compares what it prints with NAME.out, its messages with NAME.err (none there: no messages).
# Usage: check_output.sh STATUS NAME PROGRAM [ARGUMENT...]
#        check_output.sh --prove        whether these comparisons can fail
#
# A line of NAME.out or NAME.err stands for itself, except
#   ~ REGEX    one line that the extended regular expression matches as a whole; no {n} in it
#   ~...       any number of lines, up to the first that fits what follows
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# same EXPECTED FOUND
same() {
  awk '
    function fits(wanted, line) {
      return wanted ~ /^~ / ? line ~ ("^(" substr(wanted, 3) ")$") : line == wanted
    }
    FILENAME == ARGV[1] { wanted[++last] = $0; next }
    wanted[at + 1] == "~..." { skipping = 1; ++at }
    at < last && fits(wanted[at + 1], $0) { ++at; skipping = 0; next }
    !skipping { print "line " FNR " is not as expected: " $0; failed = 1; exit 1 }
    END {
      if (failed) exit 1
      if (wanted[at + 1] == "~...") ++at
      if (at < last) { print "missing: " wanted[at + 1]; exit 1 }
    }' "$1" "$2"
}

# check STATUS NAME PROGRAM...
check() {
  wanted_status=$1
  name=$2
  shift 2
  "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  cp "$name.err" "$work/wanted-err" 2>/dev/null || : >"$work/wanted-err"
  if [ "$status" = "$wanted_status" ] && same "$name.out" "$work/out" && same "$work/wanted-err" "$work/err"; then
    return 0
  fi
  echo "status $status, expected $wanted_status; printed:"
  cat "$work/out"
  echo 'messages:'
  cat "$work/err"
  return 1
}

# proof EXPECTED-OUTCOME STATUS OUT ERR: of a program that prints "one", "2 s", "three", complains "four" and ends with 3.
proof() {
  printf "$3" >"$work/case.out"
  printf "$4" >"$work/case.err"
  outcome=same
  check "$2" "$work/case" sh -c 'printf "one\n2 s\nthree\n"; echo four >&2; exit 3' >"$work/report" || outcome=differs
  [ "$outcome" = "$1" ] && return 0
  echo "check_output: '$3' and '$4' with status $2 should be: $1"
  cat "$work/report"
  exit 1
}

[ $# -ge 1 ] || exit 2
if [ "$1" = --prove ]; then
  proof same 3 'one\n2 s\nthree\n' 'four\n'
  proof same 3 '~...\n~ [0-9]+ s\nthree\n~...\n' '~ fo.*\n'
  proof same 3 'one\n~...\n' '~...\n'
  proof differs 0 'one\n2 s\nthree\n' 'four\n'
  proof differs 3 'one\n2 s\nthree\n' ''
  proof differs 3 'one\n2 s\nthree\n' 'four\nfive\n'
  proof differs 3 'one\n2 s\n' 'four\n'
  proof differs 3 '' 'four\n'
  proof differs 3 'one\n~ [0-9]+\nthree\n' 'four\n'
  proof differs 3 'one\n~...\nfive\n' 'four\n'
  exit 0
fi
check "$@"
