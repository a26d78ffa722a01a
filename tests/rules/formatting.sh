#!/bin/sh
# Every tracked C++ file is as clang-format 14 with the repository's .clang-format leaves it; other versions
# lay code out differently. Usage: formatting.sh ROOT. Exits with 77, skipped, without clang-format 14.
set -u
cd "$1" || exit 1

tool=
for candidate in clang-format-14 clang-format; do
  case $($candidate --version 2>/dev/null) in
    *'version 14.'*)
      tool=$candidate
      break
      ;;
  esac
done
if [ -z "$tool" ]; then
  echo 'formatting: no clang-format 14 here'
  exit 77
fi

# What is tracked and still there; from a source archive, all of it.
list_files() {
  git ls-files -- '*.cpp' '*.hpp' 2>/dev/null | grep . ||
    find include src tests samples \( -name '*.cpp' -o -name '*.hpp' \) -print
}

# The tool must object to what is wrong, or its silence means nothing.
if printf 'int  f( ){return 1 ;}\n' | "$tool" --style=file --assume-filename=src/f.cpp --dry-run --Werror 2>/dev/null; then
  echo 'formatting: the tool accepts anything'
  exit 1
fi

files=$(list_files)
[ -n "$files" ] || { echo 'formatting: no sources found'; exit 1; }
status=0
for file in $files; do
  [ -f "$file" ] || continue
  "$tool" --style=file --dry-run --Werror "$file" || status=1
done
exit $status
