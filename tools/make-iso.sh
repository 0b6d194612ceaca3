#!/bin/bash
# Makes a bootable CD image of GRUB, Apus and its modules.
#
#   tools/make-iso.sh OUTPUT "apus.elf OPTIONS..." ["MODULE ARGUMENTS..."]...
#
# The first image is the hypervisor with its command line; every other is a multiboot module with its arguments, as on
# QEMU's -initrd. GRUB boots it at once, without a menu.
set -eu

if [ $# -lt 2 ]; then
  echo 'usage: tools/make-iso.sh OUTPUT "apus.elf OPTIONS..." ["MODULE ARGUMENTS..."]...' >&2
  exit 2
fi
output=$1
shift

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/boot/grub"
config=$tree/boot/grub/grub.cfg
cat >"$config" <<'GRUB'
set timeout=0
set default=0
menuentry "Apus" {
GRUB

# GRUB passes what follows the file's name and keeps a quoted argument as it is.
index=0
for image in "$@"; do
  file=${image%% *}
  arguments=${image#"$file"}
  name=$index-$(basename "$file")
  cp "$file" "$tree/boot/$name"
  if [ "$index" = 0 ]; then directive=multiboot; else directive='module --nounzip'; fi
  echo "  $directive /boot/$name$arguments" >>"$config"
  index=$((index + 1))
done
echo '}' >>"$config"

mkdir -p "$(dirname "$output")"
if ! log=$(grub-mkrescue -o "$output" "$tree" -- -volid APUS 2>&1); then
  echo "$log" >&2
  exit 1
fi
