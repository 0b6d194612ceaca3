#!/bin/bash
# Builds TARGETS, with a line first for what is to be compiled, which takes its time, and a count while it goes on.
# Nothing is said where nothing is to be done.
#
#   tools/build.sh MAKE [VARIABLE=VALUE...] TARGET...
set -euo pipefail

if [ $# -lt 2 ]; then
  echo 'usage: tools/build.sh MAKE [VARIABLE=VALUE...] TARGET...' >&2
  exit 2
fi
mark='  SWIFT   '
# What make would say of its compilations, one an image.
mapfile -t images < <("$1" --no-print-directory -n "${@:2}" 2>/dev/null | sed -n "s/^echo '$mark\(.*\)'\$/\1/p")
count=${#images[@]}
if [ "$count" -gt 0 ]; then
  names=$(printf '%s\n' "${images[@]}" | sed 's|.*/||; s|\.o$||' | paste -sd ' ')
  echo "To be compiled, about a minute each: $names"
fi
done=0
"$1" --no-print-directory "${@:2}" | while IFS= read -r line; do
  if [ "${line#"$mark"}" != "$line" ]; then
    done=$((done + 1))
    line="[$done/$count] SWIFT   ${line#"$mark"}"
  fi
  printf '%s\n' "$line"
done
