#!/bin/sh
# The man page and the completions know the options that --help shows, and no others.
# Usage: options.sh WEIR ROOT
#
# First proves that an option too many and one too few are found.
set -u
weir=$1
root=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# Every option name in the first column of help text.
from_help() { sed -n 's/^  \(-[^ ]*\).*/\1/p' | tr ',' '\n' | sort -u; }

# part_of_man FILE grep|jq|monitor: what the man page says about a command; the options of weir itself are with grep's.
part_of_man() {
  awk -v wanted="$2" '
    /^\.Sh / { part = $2 == "RECORDS" ? "jq" : $2 == "WATCHING" ? "monitor" : "grep" }
    part == wanted' "$1"
}

# Every name behind an Fl of the tags.
from_man() {
  awk '/^\.It Fl/ { for (i = 2; i <= NF; ++i) if ($(i - 1) == "Fl") print "-" $i }' | sort -u
}

from_bash() { grep -o "words='[^']*'" | tr "' " '\n\n' | grep '^-' | sort -u; }
from_zsh() { sed -n -e "s/^ *'\*\(-[^[]*\)\[.*/\1/p" -e '/compadd/s/ /\n/gp' | grep '^-' | sort -u; }
from_fish() {
  sed -e "s/ -[da] '.*//" | awk '{
    for (i = 1; i < NF; ++i) {
      if ($i == "-s") print "-" $(i + 1)
      if ($i == "-l") print "--" $(i + 1)
    }
  }' | sort -u
}

# same WHAT EXPECTED FOUND
same() {
  if [ ! -s "$2" ]; then
    echo "options: no options to compare with $1"
    return 1
  fi
  if ! diff "$2" "$3" >"$work/differences"; then
    echo "options: --help and $1 differ (< missing there, > unknown to --help):"
    grep '^[<>]' "$work/differences"
    return 1
  fi
}

printf -- '-a\n--all\n' >"$work/two"
printf -- '-a\n' >"$work/one"
if same proof "$work/two" "$work/one" >/dev/null || same proof "$work/one" "$work/two" >/dev/null; then
  echo 'options: the check accepts anything'
  exit 1
fi

"$weir" --help | from_help >"$work/weir"
for command in grep jq monitor; do
  "$weir" $command --help | from_help >"$work/$command"
  part_of_man "$root/man/weir.1" $command | from_man >"$work/man-$command"
done
sort -u "$work/weir" "$work/grep" >"$work/weir-grep"
sort -u "$work/weir" "$work/grep" "$work/jq" "$work/monitor" >"$work/all"
for shell in bash zsh fish; do
  "$weir" --generate complete-$shell >"$work/complete-$shell" || exit 1
  from_$shell <"$work/complete-$shell" >"$work/$shell"
done

status=0
same 'the man page' "$work/weir-grep" "$work/man-grep" || status=1
same 'the man page about jq' "$work/jq" "$work/man-jq" || status=1
same 'the man page about monitor' "$work/monitor" "$work/man-monitor" || status=1
same 'the bash completion' "$work/all" "$work/bash" || status=1
same 'the zsh completion' "$work/all" "$work/zsh" || status=1
same 'the fish completion' "$work/all" "$work/fish" || status=1
exit $status
