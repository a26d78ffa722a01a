#!/usr/bin/env bash
# What bash offers for a few beginnings of command lines. Usage: completion.bash WEIR
set -u
source <("$1" --generate complete-bash) || exit 1
status=0

# offers 'WORDS...' WORD...: with the last of WORDS half written, exactly these are offered.
offers() {
  local -a COMP_WORDS
  IFS=' ' read -ra COMP_WORDS <<<"$1"
  [[ $1 == *' ' ]] && COMP_WORDS+=('')
  local COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
  _weir
  shift
  if [[ ${COMPREPLY[*]} != "$*" ]]; then
    echo "completion: '${COMP_WORDS[*]}' offers '${COMPREPLY[*]}' instead of '$*'"
    status=1
  fi
}

offers 'weir g' grep
offers 'weir --v' --version
offers 'weir grep --files-w' --files-with-matches --files-without-match
offers 'weir grep --io ' auto uring threads
offers 'weir grep --color n' never
offers 'weir j' jq
offers 'weir jq --malformed ' skip fail pass
offers 'weir jq --to t' tsv table
offers 'weir jq --from log' logfmt
offers 'weir jq --slu' --slurpfile --slurp
exit $status
