#!/bin/bash
# Brings all that a Linux guest is made of into build/linux: tools/linux/prepare.sh [KERNEL]
#
#   KIND/vmlinux, KIND/initramfs.cpio   KIND: what fetch.sh takes, or own for a kernel by its path
#   KIND/processor                      the model for QEMU's interpreter
#   disks/vda, disks/vdb, disks/vdc     disks with a file system, kept from run to run
#   test-disk                           one that nobody writes to: each test has a copy
#
# Prints KIND's folder.
set -eu

kernel=${1:-standard}
# Only the folder goes to stdout.
exec 3>&1 >&2
cd "$(dirname "$0")/../.."
tools/linux/fetch.sh "$kernel"
case $kernel in */*) kind=own ;; *) kind=$kernel ;; esac
folder=build/linux/$kind
if [ ! -f "$folder/initramfs.cpio" ] ||
  [ -n "$(find tools/linux "$folder/vmlinux" -newer "$folder/initramfs.cpio" -print -quit)" ]; then
  tools/linux/initramfs.sh "$kind"
fi
tools/linux/processor.sh "$folder/vmlinux" >"$folder/processor"
mkdir -p build/linux/disks
tools/linux/disk.sh build/linux/disks/vda 24
tools/linux/disk.sh build/linux/disks/vdb 24
tools/linux/disk.sh build/linux/disks/vdc 8
tools/linux/disk.sh build/linux/test-disk 16
echo "$folder" >&3
