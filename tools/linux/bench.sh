#!/bin/bash
# Runs one binary in the userspace of one Linux kernel twice: as a guest of Apus, and booted directly by the same QEMU.
#
# Counted (-icount, where an instruction is a nanosecond) the difference is what Apus and domain 0 execute meanwhile.
# Timed it is that and the emulator's own work: where there is nested paging, TCG walks two tables for each miss of its
# TLB. The memory walk misses with every access (tests/Bench/Linux/workload.c), so that this share can be told.
# Of several runs the best counts.
set -eu

cd "$(dirname "$0")/../.."
. tools/linux/machine.sh
folder=$(tools/linux/prepare.sh cloud)
# QEMU 10 counts only where no x2APIC is read (tests/Rig/MachineConfiguration.swift).
processor=$(cat "$folder/processor"),-x2apic
top=build/linux/bench
mkdir -p "$top/bin"
gcc -O2 -static -nostdlib -ffreestanding -fno-stack-protector -fno-pic -no-pie -o "$top/bin/workload" \
  tests/Bench/Linux/workload.c
# A second archive behind the first: the kernel unpacks both.
{
  cat "$folder/initramfs.cpio"
  (cd "$top" && find bin | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0)
} >"$top/initramfs.cpio"
cat >"$top/bench.cfg" <<'CONFIG'
name = "bench"
kernel = "vmlinux"
ramdisk = "initramfs.cpio"
extra = "console=hvc0 quiet run=/bin/workload"
memory = 640
CONFIG

# Runs a machine until the workload is done, and prints what that told: measure NAME INPUT WORDS...
measure() {
  local log=$top/$1.log input=$2
  shift 2
  run_machine "$log" "$input" 'bench done' -cpu "$processor" "$@"
  sed -n 's/.*\(bench [a-z]* [0-9]* ns\).*/\1/p' "$log"
}

apus() {  # apus NAME WORDS...
  local name=$1
  shift
  measure "apus-$name" 'create bench.cfg' -m 1024 -kernel build/apus.elf -append 'console=com1 layout=svm' \
    -initrd "build/dom0.elf,$folder/vmlinux vmlinux,$top/initramfs.cpio initramfs.cpio,$top/bench.cfg bench.cfg" "$@"
}
direct() {  # direct NAME WORDS...
  local name=$1
  shift
  measure "direct-$name" '' -m 640 -kernel "$folder"/boot/vmlinuz-* -initrd "$top/initramfs.cpio" \
    -append 'console=ttyS0 quiet run=/bin/workload' "$@"
}

# best NAME LINES: the least of a kind, in nanoseconds
best() {
  local least
  least=$(sed -n "s/^bench $1 \([0-9]*\) ns.*/\1/p" <<<"$2" | sort -n | head -n 1)
  [ -n "$least" ] || fail "the workload did not tell its '$1'"
  echo "$least"
}

row() {  # row LABEL NAME DIRECT-LINES APUS-LINES
  local without with
  without=$(best "$2" "$3")
  with=$(best "$2" "$4")
  awk -v label="$1" -v a="$without" -v b="$with" \
    'BEGIN { printf "%-28s %10.1f ms %10.1f ms   %.3f\n", label, a / 1e6, b / 1e6, a / b }'
}

counted=(-icount shift=0,sleep=off)
direct_counted=$(direct counted "${counted[@]}")
apus_counted=$(apus counted "${counted[@]}")
direct_timed=$(direct timed)
apus_timed=$(apus timed)

printf '%-28s %13s %13s   %s\n' '' 'direct' 'on Apus' 'ratio'
row 'compute, counted' compute "$direct_counted" "$apus_counted"
row 'compute, timed' compute "$direct_timed" "$apus_timed"
row 'memory walk, counted' memory "$direct_counted" "$apus_counted"
row 'memory walk, timed' memory "$direct_timed" "$apus_timed"
row 'flushes alone, timed' flush "$direct_timed" "$apus_timed"
# The walk without its flushes: 64 walks over 8192 pages. What it takes longer on Apus, less what Apus executes more, is
# the emulator's.
awk -v direct="$(best memory "$direct_timed")" -v direct_flush="$(best flush "$direct_timed")" \
  -v apus="$(best memory "$apus_timed")" -v apus_flush="$(best flush "$apus_timed")" \
  -v direct_counted="$(best memory "$direct_counted")" -v apus_counted="$(best memory "$apus_counted")" 'BEGIN {
    accesses = 64 * 8192
    executed = (apus_counted / direct_counted - 1) * direct
    walk = apus - apus_flush - (direct - direct_flush) - executed
    printf "An access that misses the TLB takes %.0f ns directly and %.0f ns on Apus.\n",
      (direct - direct_flush) / accesses, (apus - apus_flush) / accesses
    printf "Of the walk on Apus %.1f ms (%.0f %%) are TCG'"'"'s own two-dimensional walk.\n",
      walk / 1e6, walk / apus * 100 }'
awk -v a="$(best compute "$direct_counted")" -v b="$(best compute "$apus_counted")" 'BEGIN { exit !(a / b >= 0.97) }' ||
  fail 'compute, counted: expected at least 0.97'
