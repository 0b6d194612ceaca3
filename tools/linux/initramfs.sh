#!/bin/bash
# Makes the guest's initramfs: tools/linux/initramfs.sh KIND, of build/linux/KIND: busybox, the scripts beside this one
# in root/, and the kernel's own modules for a Xen disk and its file system.
#
# It is neither compressed, which a boot under an emulator would pay for, nor holds it device files, for which root would
# be needed: the kernel makes /dev/console and, by devtmpfs, the rest.
set -eu

kind=$1
cd "$(dirname "$0")/../.."
top=build/linux
output=$top/$kind/initramfs.cpio
tree=$(mktemp -d "$top/root.XXXXXX")
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"

mkdir -p "$tree"/{bin,sbin,etc,proc,sys,dev,tmp,run,mnt,data,lib/modules}
case $kind in pae) busybox=$top/busybox-i386 ;; *) busybox=$top/busybox ;; esac
cp "$busybox" "$tree/bin/busybox"
# The same applets in both, and the host may not run those of another architecture.
for applet in $("$top/busybox" --list); do
  case $applet in
    busybox) ;;
    init | poweroff | reboot | halt) ln -s /bin/busybox "$tree/sbin/$applet" ;;
    *) ln -s busybox "$tree/bin/$applet" ;;
  esac
done
cp -r tools/linux/root/. "$tree"
ln -s sbin/init "$tree/init"
tools/linux/modules.sh "$top/$kind/modules" "$tree/lib/modules" xen-blkfront ext4

(cd "$tree" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible) >"$output.new"
mv "$output.new" "$output"
