#!/bin/bash
# Boots the images under QEMU with gdb attached, stopped at the Swift entry.
#
#   GDB_PORT=1234 SERIAL_PORT=4321   where QEMU listens on this machine
#   GDBFLAGS="..."                   more words for gdb, for instance '-batch -ex backtrace'
#   MEM, APPEND, GUESTS              as in tools/run.sh
#
# The serial console is in build/debug-serial.log; to type on it: tools/serial-terminal.sh 4321 in another terminal.
set -eu

cd "$(dirname "$0")/.."
gdb_port=${GDB_PORT:-1234}
serial_port=${SERIAL_PORT:-4321}
guests=${GUESTS-build/guest.elf domU name=g1 mem=32}
log=${SERIAL_LOG:-build/debug-serial.log}

# In its own session: Ctrl-C in gdb must not reach it.
setsid qemu-system-x86_64 -accel tcg -cpu max -m "${MEM:-512}" -display none -no-reboot -monitor none \
  -chardev "socket,id=com1,host=127.0.0.1,port=$serial_port,server=on,wait=off,logfile=$log" \
  -serial chardev:com1 -kernel build/apus.elf -append "console=com1${APPEND:+ $APPEND}" \
  -initrd "build/dom0.elf${guests:+,$guests}" -S -gdb "tcp:127.0.0.1:$gdb_port" \
  </dev/null >/dev/null 2>&1 &
emulator=$!
# Ends the emulator that this script started, and no other; by KILL, since who starts the script may have TERM blocked.
trap 'kill -KILL "$emulator" 2>/dev/null || true; wait "$emulator" 2>/dev/null || true' EXIT
trap 'exit 143' TERM HUP

echo "Serial console: $log; to type on it: tools/serial-terminal.sh $serial_port"
# gdb tries for some seconds to connect while QEMU starts.
# shellcheck disable=SC2086
gdb -q -iex "set complaints 0" build/apus.elf -ex "target remote 127.0.0.1:$gdb_port" -x tools/apus.gdb ${GDBFLAGS:-}
