#!/bin/bash
# Turns the code addresses of a panic report into function, file and line.
#
#   tools/symbolize.sh [-e build/apus.elf] ADDRESS...     the addresses given
#   tools/symbolize.sh [-e build/apus.elf] <report.txt    every code address in the text
set -eu

image=build/apus.elf
if [ "${1:-}" = -e ]; then
  image=$2
  shift 2
fi
if [ ! -f "$image" ]; then
  echo "tools/symbolize.sh: no image $image: build it with 'make' first" >&2
  exit 1
fi

# The toolchain brings a symbolizer; Debian's package llvm has one too.
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
symbolizer=$resources/../../bin/llvm-symbolizer
[ -x "$symbolizer" ] || symbolizer=llvm-symbolizer

if [ $# -gt 0 ]; then
  addresses=("$@")
else
  if [ -t 0 ]; then echo "Paste the panic report, then Ctrl-D:" >&2; fi
  # Only addresses inside an executable section are code.
  ranges=()
  while read -r address size; do
    ranges+=("$((16#$address)) $((16#$address + 16#$size))")
  done < <(readelf -SW "$image" | sed 's/^ *\[ *[0-9]*\] *//' | awk '$7 ~ /X/ { print $3, $5 }')
  addresses=()
  while read -r token; do
    value=$((token))
    for range in "${ranges[@]}"; do
      if [ "$value" -ge "${range% *}" ] && [ "$value" -lt "${range#* }" ]; then addresses+=("$token"); fi
    done
  done < <(grep -oiE '0x[0-9a-f]{4,16}' || true)
fi

if [ "${#addresses[@]}" = 0 ]; then
  echo "tools/symbolize.sh: no address of $image's code in the text" >&2
  exit 1
fi
for address in "${addresses[@]}"; do
  echo "$address:"
  "$symbolizer" -e "$image" -i -p "$address" | swift demangle -simplified | sed '/^$/d; s|'"$PWD"'/||; s/^/  /'
done
