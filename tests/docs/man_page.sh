#!/bin/sh
# groff formats the man pages without a warning. Usage: man_page.sh ROOT. Exits with 77, skipped, without man.
set -u
command -v man >/dev/null 2>&1 || { echo 'man_page: no man here'; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

warnings() { LC_ALL=C man --warnings -E UTF-8 -l -Tutf8 -Z "$1" 2>&1 >/dev/null; }

{ cat "$1/man/weir.1" && printf '.NoSuchMacro\n'; } >"$work/broken.1"
if [ -z "$(warnings "$work/broken.1")" ]; then
  echo 'man_page: the check accepts anything'
  exit 1
fi
status=0
for page in weir.1 libweir.3; do
  found=$(warnings "$1/man/$page")
  [ -z "$found" ] || { echo "$found"; status=1; }
done
exit $status
