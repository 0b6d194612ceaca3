#!/bin/bash
# Takes the ELF out of a compressed Linux kernel, for a guest's `kernel`: domain 0 loads nothing else.
#
#   tools/unpack-kernel.sh KERNEL OUTPUT
#
# A bzImage holds where its payload lies (Linux boot protocol 2.08: payload_offset, payload_length); the payload is
# unpacked by the system's own xz, lz4, zstd or gzip. A kernel that is an ELF already is copied.
set -eu

fail() {
  echo "$1: $2" >&2
  exit 1
}

if [ $# -ne 2 ]; then
  echo 'usage: tools/unpack-kernel.sh KERNEL OUTPUT' >&2
  exit 2
fi
kernel=$1
output=$2
[ -f "$kernel" ] && [ -r "$kernel" ] || fail "$kernel" "there is no such file, or it can't be read"
size=$(stat -Lc %s "$kernel")
[ "$size" -ge 1024 ] || fail "$kernel" "neither an ELF nor a bzImage"
# bytes OFFSET COUNT: of the kernel, as hexadecimal digits
bytes() { od -An -v -tx1 -j "$1" -N "$2" "$kernel" | tr -d ' \n'; }
# number OFFSET COUNT: a little-endian number of it
number() { echo $((16#$(bytes "$1" "$2" | sed 's/../& /g' | tr ' ' '\n' | tac | tr -d '\n'))); }

if [ "$(bytes 0 4)" = 7f454c46 ]; then
  cp "$kernel" "$output"
  exit 0
fi
[ "$(bytes $((0x202)) 4)" = 48647253 ] || fail "$kernel" "neither an ELF nor a bzImage"
[ "$(number $((0x206)) 2)" -ge $((0x208)) ] || fail "$kernel" "boot protocol before 2.08: it does not tell its payload"

setup=$(number $((0x1f1)) 1)
start=$(((setup == 0 ? 4 : setup) * 512 + 512 + $(number $((0x248)) 4)))
length=$(number $((0x24c)) 4)
[ $((start + length)) -le "$size" ] || fail "$kernel" "it is cut short: its payload ends at $((start + length))"
magic=$(bytes "$start" 6)
# All but gzip are followed by four bytes that the kernel's build appends: the unpacked size.
case $magic in
  fd377a585a00) tool=xz ;;
  02214c18*) tool=lz4 ;;
  28b52ffd*) tool=zstd ;;
  1f8b*) tool=gzip ;;
  7f454c46*) tool=cat ;;
  *) fail "$kernel" "its payload begins with $magic: expected xz, lz4, zstd or gzip" ;;
esac
case $tool in gzip | cat) ;; *) length=$((length - 4)) ;; esac
command -v "$tool" >/dev/null || fail "$kernel" "unpacking it takes $tool, which is not on this machine"

decode() { if [ "$tool" = cat ]; then cat; else "$tool" -dcq; fi; }
tail -c "+$((start + 1))" "$kernel" | head -c "$length" | decode >"$output" ||
  fail "$kernel" "$tool could not unpack its payload"
[ "$(od -An -tx1 -N 4 "$output" | tr -d ' \n')" = 7f454c46 ] || fail "$kernel" "its payload holds no ELF"
