#!/bin/bash
# Prints the processor that QEMU's interpreter is to play for a Linux kernel: tools/linux/processor.sh VMLINUX
#
# Linux 6.12 uses CMPXCHG16B in its allocator, and Debian's cloud kernel of it dies at random then under QEMU 7.2, without
# a hypervisor too.
set -eu

version=$(strings -n 20 "$1" | sed -n 's/^Linux version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
qemu=$(qemu-system-x86_64 --version | sed -n 's/.*version \([0-9]*\).*/\1/p' | head -n 1)
if [ "$version" = 6.12 ] && [ "${qemu:-0}" -lt 10 ]; then echo max,-cx16; else echo max; fi
