#!/bin/bash
# Makes the disk of a whole Debian, if it is not there: tools/linux/debian.sh, which prints the image's name.
#
#   build/linux/debian.img    one ext4 file system: Debian 12 with systemd, its cloud kernel and its own initramfs, a login
#                             for root without a password, and /boot/grub/grub.cfg
#
# debootstrap runs the packages' own scripts in the new tree, for which it must be root.
set -eu

cd "$(dirname "$0")/../.."
PATH=$PATH:/usr/sbin:/sbin
output=build/linux/debian.img
mkdir -p build/linux
if [ ! -f "$output" ]; then
  [ "$(id -u)" = 0 ] || { echo 'debootstrap needs root: a whole Debian is not made' >&2; exit 1; }
  command -v debootstrap >/dev/null || { echo 'there is no debootstrap: apt-get install debootstrap' >&2; exit 1; }
  tree=$(mktemp -d build/linux/debian.XXXXXX)
  trap 'rm -rf "$tree" "$output.new"' EXIT
  debootstrap --variant=minbase --include=systemd-sysv,udev,initramfs-tools,linux-image-cloud-amd64 bookworm "$tree" \
    http://deb.debian.org/debian >"$tree.log" 2>&1 || { tail -n 5 "$tree.log" >&2; exit 1; }
  rm "$tree.log"
  chroot "$tree" passwd -d root >/dev/null
  echo debian >"$tree/etc/hostname"
  echo '/dev/xvda / ext4 errors=remount-ro 0 1' >"$tree/etc/fstab"
  mkdir -p "$tree/boot/grub"
  cat >"$tree/boot/grub/grub.cfg" <<'CONFIG'
echo 'GRUB boots Debian from its own disk'
linux /vmlinuz root=/dev/xvda ro console=hvc0
initrd /initrd.img
boot
CONFIG
  rm -rf "$tree"/var/cache/apt/archives/*.deb "$tree"/var/lib/apt/lists/*
  chmod 755 "$tree"
  mke2fs -q -t ext4 -L debian -E root_owner=0:0 -d "$tree" "$output.new" 900M >/dev/null
  mv "$output.new" "$output"
fi
echo "$output"
