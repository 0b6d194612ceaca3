#!/bin/bash
# How long it takes from QEMU's start to two points of a stock Linux' boot: tools/linux/boot-time.sh, and with PEER=xen
# beside Xen 4.17, which runs the kernel as its PVH domain 0. Of three runs the best counts.
#
#   the cloud kernel, created by domain 0 with an initramfs   to its shell
#   the standard kernel without an initramfs                  to the panic for want of a root file system
set -eu

cd "$(dirname "$0")/../.."
. tools/linux/machine.sh
cloud=$(tools/linux/prepare.sh cloud)
standard=$(tools/linux/prepare.sh standard)
case ${PEER:-} in
  '') ;;
  xen) tools/linux/fetch.sh xen ;;
  *) fail "PEER=$PEER: expected xen" ;;
esac
top=build/linux/boot-time
mkdir -p "$top"
printf '%s\n' 'name = "linux"' 'kernel = "vmlinux"' 'ramdisk = "initramfs.cpio"' 'extra = "console=hvc0"' \
  'memory = 512' >"$top/shell.cfg"
grep -v ramdisk "$top/shell.cfg" >"$top/panic.cfg"

shell="Enter 'help' for a list of built-in commands"
panic='Unable to mount root fs'

# row LABEL NAME INPUT UNTIL WORDS...
row() {
  local label=$1 log=$top/$2.log input=$3 until=$4 wall='' processor=''
  shift 4
  for _ in 1 2 3; do
    run_machine "$log" "$input" "$until" "$@"
    if [ -z "$wall" ] || [ "$machine_wall" -lt "$wall" ]; then wall=$machine_wall; fi
    if [ -z "$processor" ] || [ "$machine_processor" -lt "$processor" ]; then processor=$machine_processor; fi
  done
  awk -v label="$label" -v wall="$wall" -v processor="$processor" \
    'BEGIN { printf "%-44s %8.1f s %8.1f s\n", label, processor / 1e6, wall / 1e6 }'
}

apus=(-cpu "$(cat "$cloud/processor")" -m 1024 -kernel build/apus.elf -append 'console=com1 layout=svm')
printf '%-44s %10s %10s\n' '' processor wall
row 'cloud kernel, to its shell, on Apus' shell 'create shell.cfg' "$shell" "${apus[@]}" \
  -initrd "build/dom0.elf,$cloud/vmlinux vmlinux,$cloud/initramfs.cpio initramfs.cpio,$top/shell.cfg shell.cfg"
row 'standard kernel, to the missing root, on Apus' panic 'create panic.cfg' "$panic" "${apus[@]}" \
  -initrd "build/dom0.elf,$standard/vmlinux vmlinux,$top/panic.cfg panic.cfg"
if [ "${PEER:-}" = xen ]; then
  # Xen demands an IOMMU for a PVH domain 0. QEMU 7.2 tells of RDTSCP as of RDTSC, for which Xen would end the guest.
  row 'standard kernel, to the missing root, on Xen' xen '' "$panic" -cpu max,-rdtscp -m 1024 \
    -machine q35 -device amd-iommu -kernel build/xen/xen.bin \
    -append 'console=com1 com1=115200,8n1 dom0=pvh dom0_mem=512M' \
    -initrd "$(echo "$standard"/boot/vmlinuz-*) console=hvc0"
fi
