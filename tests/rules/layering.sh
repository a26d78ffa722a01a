#!/bin/sh
# Each layer includes itself and what the table below lists; third-party headers stay where they belong.
# Usage: layering.sh ROOT
#
# First proves on a made-up tree that each kind of breach is found.
set -u

may_include() {
  case $1 in
    base) echo 'base' ;;
    async) echo 'async base' ;;
    monitor) echo 'monitor base async' ;;
    io) echo 'io base async monitor' ;;
    text) echo 'text base' ;;
    record) echo 'record base text' ;;
    input) echo 'input base async io text' ;;
    filter) echo 'filter base text record' ;;
    parse) echo 'parse base text record' ;;
    transform) echo 'transform base record' ;;
    output) echo 'output base async io record' ;;
    pipeline) echo 'pipeline base async io text record input filter parse transform output' ;;
    cli) echo 'cli pipeline' ;;
    *) echo '' ;;
  esac
}

# Where a third-party header may appear, as shell patterns of paths; nothing for headers without a rule.
home_of() {
  case $1 in
    liburing.h) echo 'src/io/uring_backend.cpp' ;;
    hs.h | hs/*) echo 'src/filter/*' ;;
    pcre2.h) echo 'src/filter/* src/parse/format_regex.cpp' ;;
    isa-l/*) echo 'src/input/codec_gzip.cpp' ;;
    zstd*.h) echo 'src/input/codec_zstd.cpp' ;;
    lz4*.h) echo 'src/input/codec_lz4.cpp' ;;
    lzma.h) echo 'src/input/codec_xz.cpp' ;;
    bzlib.h) echo 'src/input/codec_bzip2.cpp' ;;
    brotli/*) echo 'src/input/codec_brotli.cpp' ;;
    archive.h | archive_entry.h) echo 'src/input/archive_library.cpp' ;;
    simdjson.h) echo 'src/record/json_index.cpp' ;;
    jq.h | jv.h) echo 'src/transform/jq/libjq*' ;;
    oniguruma.h) echo 'src/transform/jq/regex*' ;;
    CLI/*) echo 'src/cli/*' ;;
    gtest/* | gmock/* | benchmark/*) echo 'nowhere' ;;
  esac
}

# FILE quoted|angled HEADER -> a line for a breach.
check_include() {
  file=$1 form=$2 header=$3
  home=$(home_of "$header")
  if [ -n "$home" ]; then
    set -f
    for pattern in $home; do
      case $file in
        $pattern)
          set +f
          return
          ;;
      esac
    done
    set +f
    echo "$file: $header may be included only in $home"
    return
  fi
  case $file in
    include/weir/*)
      case $form:$header in
        quoted:weir/*) ;;
        quoted:*) echo "$file: \"$header\": a public header may include weir/ and the standard library only" ;;
        angled:*[./]*) echo "$file: <$header>: a public header may include weir/ and the standard library only" ;;
      esac
      return
      ;;
  esac
  [ "$form" = angled ] && return
  layer=${file#src/}
  layer=${layer%%/*}
  allowed=$(may_include "$layer")
  if [ -z "$allowed" ]; then
    echo "$file: '$layer' is not a layer"
    return
  fi
  case $header in
    weir/*) return ;;
    */*) ;;
    *)
      echo "$file: \"$header\": name the layer"
      return
      ;;
  esac
  case " $allowed " in
    *" ${header%%/*} "*) ;;
    *) echo "$file: \"$header\": $layer may include $allowed" ;;
  esac
}

# The breaches in the tree in the current directory.
check_tree() {
  find src/ include/ \( -name '*.cpp' -o -name '*.hpp' \) -print | sort >"$work/files"
  while read -r file; do
    sed -n -e 's/^[ \t]*#[ \t]*include[ \t]*"\([^"]*\)".*/quoted \1/p' \
      -e 's/^[ \t]*#[ \t]*include[ \t]*<\([^>]*\)>.*/angled \1/p' "$file" |
      while read -r form header; do
        check_include "$file" "$form" "$header"
      done
  done <"$work/files"
  [ -s "$work/files" ] || echo 'layering: no sources found'
}

prove() {
  mkdir -p src/base src/text src/io src/cli src/misc include/weir
  printf '#include <vector>\n#include "weir/loop.hpp"\n' >include/weir/good.hpp
  printf '#include "base/bytes.hpp"\n#include "text/x.hpp"\n#include <unistd.h>\n' >src/text/good.cpp
  printf '#include <liburing.h>\n' >src/io/uring_backend.cpp
  if [ -n "$(check_tree)" ]; then
    echo 'layering: the checker itself finds fault with:'
    check_tree
    return 1
  fi
  printf '#include "base/bytes.hpp"\n' >include/weir/bad_quoted.hpp
  printf '#include <unistd.h>\n' >include/weir/bad_system.hpp
  printf '#include <fmt/core>\n' >include/weir/bad_library.hpp
  printf '#include "text/x.hpp"\n' >src/base/bad_up.cpp
  printf '  #  include "io/backend.hpp"  // why\n' >src/text/bad_spaced.cpp
  printf '#include "x.hpp"\n' >src/text/bad_bare.cpp
  printf '#include <liburing.h>\n' >src/io/bad_ring.cpp
  printf '#include <hs/hs.h>\n' >src/text/bad_hs.hpp
  printf '#include <pcre2.h>\n' >src/text/bad_pcre2.cpp
  printf '#include <CLI/CLI.hpp>\n' >src/io/bad_cli.cpp
  printf '#include "filter/filter.hpp"\n' >src/cli/bad_down.cpp
  printf '#include "base/bytes.hpp"\n' >src/misc/bad_layer.cpp
  printf '#include <gtest/gtest.h>\n' >src/base/bad_test.hpp
  check_tree | sed 's/:.*//' | sort -u >found
  find src include -name 'bad_*' -print | sort >expected
  diff expected found && return 0
  echo 'layering: the checker itself is wrong about the files above (< missed, > too much)'
  return 1
}

root=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
(cd "$work" && prove) || exit 1

cd "$root" || exit 1
check_tree >"$work/breaches"
cat "$work/breaches"
[ ! -s "$work/breaches" ]
