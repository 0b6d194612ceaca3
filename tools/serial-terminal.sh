#!/bin/bash
# Connects this terminal with an emulator's serial port.
#
#   tools/serial-terminal.sh PORT [PID [LAST]]
#
# LAST is a file for the last of what the emulator said. PORT is the TCP port on this machine that process PID serves or will serve. Ends when the emulator closes it, or at
# Ctrl-T x.
set -eu
export LC_ALL=C

port=$1
emulator=${2:-$$}
last=${3:-/dev/null}
for _ in $(seq 100); do
  if exec 3<>"/dev/tcp/127.0.0.1/$port"; then break; fi 2>/dev/null
  kill -0 "$emulator" 2>/dev/null || exit 1
  sleep 0.1
done
{ true >&3; } 2>/dev/null || exit 1

saved=''
if [ -t 0 ]; then
  saved=$(stty -g)
  stty raw -echo
fi
tee >(tail -c 200 >"$last") <&3 &
reader=$!
restore() {
  kill "$reader" 2>/dev/null || true
  if [ -n "$saved" ]; then stty "$saved"; fi
}
trap restore EXIT

# One byte at a time; a timeout to notice that the emulator has gone.
escape=$'\x14'
escaped=''
while kill -0 "$reader" 2>/dev/null; do
  status=0
  IFS= read -r -d '' -n 1 -t 0.5 byte || status=$?
  # A byte that came together with the timeout is there all the same.
  if [ "$status" -gt 128 ]; then
    if [ -z "$byte" ]; then continue; fi
    status=0
  fi
  if [ "$status" != 0 ]; then
    # The end of a pipe's input: stay for the output.
    wait "$reader" || true
    break
  fi
  if [ -n "$escaped" ]; then
    escaped=''
    if [ "$byte" = x ]; then break; fi
  elif [ "$byte" = "$escape" ]; then
    escaped=1
    continue
  fi
  printf '%s' "$byte" >&3
done
