#!/bin/sh
# What cannot be awaited is refused with a message that says why. Usage: awaiting.sh ROOT COMPILER
set -u
root=$1
compiler=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# messages STATEMENTS...: the errors of a coroutine with these statements.
messages() {
  {
    echo '#include <future>'
    echo '#include "weir/weir.hpp"'
    echo 'weir::Coro<int> one() { co_return 1; }'
    echo "weir::Coro<void> two() { $1 co_return; }"
  } >"$work/program.cpp"
  "$compiler" -std=c++20 -fsyntax-only -I "$root/include" "$work/program.cpp" 2>&1 | grep 'error:'
}

status=0
# refuses MESSAGE STATEMENTS: there is this error and no other.
refuses() {
  messages "$2" >"$work/found"
  if ! grep -qF "$1" "$work/found" || [ "$(wc -l <"$work/found")" != 1 ]; then
    echo "awaiting: '$2' should give the one error '$1' but gives:"
    cat "$work/found"
    status=1
  fi
}

found=$(messages 'int value = co_await one(); static_cast<void>(value);')
if [ -n "$found" ]; then
  echo "awaiting: what can be awaited is refused: $found"
  exit 1
fi
refuses 'co_await std::move(coro)' 'auto coro = one(); int value = co_await coro; static_cast<void>(value);'
refuses 'weir cannot await this' 'std::future<int> future; int value = co_await future; static_cast<void>(value);'
refuses 'weir cannot await this' 'co_await one;'
exit $status
