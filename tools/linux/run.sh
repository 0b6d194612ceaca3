#!/bin/bash
# Boots Apus on this terminal with what a stock Linux guest is made of: at dom0's prompt, `create linux.cfg`.
#
#   KERNEL=standard|cloud|rt|pae|PATH         Debian's kernel, its cloud, real-time or 32-bit one, or any kernel with a
#                                             PVH note
#   KERNEL=trixie|trixie-cloud|trixie-rt      Debian 13's, wherever this is
#   KERNEL_MODULES=FOLDER        the modules of such a kernel: see fetch.sh
# and what tools/run.sh takes.
set -eu

cd "$(dirname "$0")/../.."
folder=$(tools/linux/prepare.sh "${KERNEL:-standard}")
configurations=$(printf '%s,' examples/configs/linux*.cfg)
export CPU=${CPU:-$(cat "$folder/processor")}
export MEM=${MEM:-1280}
export GUESTS=${GUESTS-}
export MODULES="$folder/vmlinux,$folder/initramfs.cpio,${configurations%,}${MODULES:+,$MODULES}"
export DISKS="build/linux/disks/vda build/linux/disks/vdb build/linux/disks/vdc,readonly=on"
exec tools/run.sh
