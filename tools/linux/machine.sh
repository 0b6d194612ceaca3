# Sourced by scripts that watch a machine: runs QEMU until a line on its serial port says enough.
#
#   run_machine LOG INPUT UNTIL WORDS...
#
# INPUT, where there is any, is typed when domain 0 greets; WORDS are QEMU's. The machine's lines stay in LOG. Sets the
# times from QEMU's start to the first line that holds UNTIL, in microseconds: machine_wall, and machine_processor,
# which another's load on the host does not lengthen.
# shellcheck shell=bash

fail() {
  echo "$*" >&2
  exit 1
}

run_machine() {
  local log=$1 input=$2 until=$3 line='' found='' from to machine start end
  local -a state
  shift 3
  : >"$log"
  start=${EPOCHREALTIME//[!0-9]/}
  coproc MACHINE { exec qemu-system-x86_64 -accel tcg -nic none -display none -no-reboot -serial stdio -monitor none \
    "$@" 2>>"$log"; }
  machine=$MACHINE_PID
  # shellcheck disable=SC2064
  trap "kill $machine 2>/dev/null || true" EXIT INT TERM
  # Its own descriptors: those of a coprocess are gone as soon as it is.
  exec {from}<&"${MACHINE[0]}" {to}>&"${MACHINE[1]}"
  end=$((SECONDS + 300))
  while [ "$SECONDS" -lt "$end" ] && IFS= read -r -t "$((end - SECONDS + 1))" line <&"$from"; do
    echo "${line%$'\r'}" >>"$log"
    case $line in
      *"$until"*)
        found=yes
        break
        ;;
      *'[dom0] domain 0 of Apus'*) [ -z "$input" ] || printf '%s\r' "$input" >&"$to" ;;
    esac
  done
  if [ -n "$found" ]; then
    machine_wall=$((${EPOCHREALTIME//[!0-9]/} - start))
    # After the name in brackets: the 12th and 13th field are its ticks in user and kernel mode.
    read -ra state < <(sed 's/.*) //' "/proc/$machine/stat")
    machine_processor=$(((state[11] + state[12]) * 1000000 / $(getconf CLK_TCK)))
  fi
  kill "$machine" 2>/dev/null || true
  wait "$machine" 2>/dev/null || true
  trap - EXIT INT TERM
  exec {from}<&- {to}>&-
  [ -n "$found" ] && return
  tail -n 10 "$log" >&2
  fail "expected '$until' within 300 s of the machine's start: $log has what it said"
}
