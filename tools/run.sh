#!/bin/bash
# Boots the images on this terminal: the fastest machine that can show the layout asked for.
#
#   LAYOUT=auto|vmx|svm   the ring layout of the hypervisor's domains (auto)
#   MEM=512               the machine's RAM in MiB
#   CPU=max               the processor that QEMU's interpreter plays
#   APPEND="..."          more options for the hypervisor's command line
#   DOM0="..."            dom0's own arguments
#   GUESTS="IMAGE domU name=... mem=...,IMAGE ..."   guests that are built at boot, in the form of QEMU's -initrd; empty
#                         for none
#   MODULES="FILE,FILE ..."   files that domain 0 is handed, for 'create': definitions, kernels, archives
#   DISKS="IMAGE[,OPTIONS] ..."   disk images, virtio disks of dom0: vda, vdb... OPTIONS are those of QEMU's -drive.
#                         Bochs has no virtio: there they are modules, from which dom0 makes RAM disks of their names
#   CPU=max               QEMU's words for the processor that it emulates; not where KVM runs
#   DRY=1                 print the command instead of running it
set -eu

cd "$(dirname "$0")/.."
layout=${LAYOUT:-auto}
memory=${MEM:-512}
guests=${GUESTS-build/guest.elf domU name=g1 mem=32 -- mode=shell,build/guest.elf domU name=g2 mem=24 -- tour=off mode=shell}
files=${MODULES-build/guest.elf,build/hello.elf,examples/configs/guest.cfg,examples/configs/hello.cfg}
options="console=com1 layout=$layout${APPEND:+ $APPEND}"
dom0="build/dom0.elf${DOM0:+ $DOM0}"
read -ra disks <<<"${DISKS:-}"

case $layout in
  auto | vmx | svm) ;;
  *)
    echo "LAYOUT=$layout: expected auto, vmx or svm" >&2
    exit 2
    ;;
esac

# The terminal as it was, on every way out: firmware switches off that lines wrap, and an emulator that is killed leaves
# its own settings behind.
saved=''
if [ -t 0 ]; then saved=$(stty -g); fi
emulator=''
work=''
leave() {
  if [ -n "$emulator" ]; then
    kill "$emulator" 2>/dev/null || true  # the one that this script started, and no other
    wait "$emulator" 2>/dev/null || true
  fi
  if [ -n "$work" ]; then rm -rf "$work"; fi
  if [ -n "$saved" ]; then stty "$saved"; fi
  if [ -t 1 ]; then printf '\033[?7h\033[m'; fi
}
trap leave EXIT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Each file with its name for domain 0 behind it: GRUB leaves out what comes first.
modules=$guests
IFS=, read -ra list <<<"$files"
for file in ${list[@]+"${list[@]}"}; do
  words=$file
  if [ "${file%% *}" = "$file" ]; then words="$file $(basename "$file")"; fi
  modules=${modules:+$modules,}$words
done

# The hardware extension that KVM can hand to a guest of this machine: vmx, svm or nothing.
nested_extension() {
  local extension module
  [ -r /dev/kvm ] && [ -w /dev/kvm ] || return 0
  for extension in vmx svm; do
    if [ "$extension" = vmx ]; then module=kvm_intel; else module=kvm_amd; fi
    if grep -qw "$extension" /proc/cpuinfo && grep -qs '^[1Yy]' "/sys/module/$module/parameters/nested"; then
      echo "$extension"
      return 0
    fi
  done
}

# Whether to start the machine once more, which has restarted: one that does nothing else is not to go on for ever.
quick=0
is_started_again() {  # is_started_again SECONDS-THAT-IT-RAN
  if [ "$1" -lt 10 ]; then quick=$((quick + 1)); else quick=0; fi
  if [ "$quick" -lt 3 ]; then return 0; fi
  echo 'The machine has restarted three times within ten seconds of its start: it is not started once more.' >&2
  return 1
}

run_qemu() {  # run_qemu WORDS-OF-CPU-AND-ACCELERATOR...
  local command=(qemu-system-x86_64 "$@" -m "$memory" -nic none -nographic -echr 0x14 -no-reboot
    -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel build/apus.elf -append "$options exit=isa-debug" -initrd "$dom0${modules:+,$modules}")
  local disk
  for disk in ${disks[@]+"${disks[@]}"}; do
    command+=(-drive "file=${disk%%,*},format=raw,if=virtio${disk#"${disk%%,*}"}")
  done
  if [ -n "${DRY:-}" ]; then
    printf '%q ' "${command[@]}"
    echo
    return
  fi
  echo "QEMU: $*. Leave by 'poweroff' at dom0's prompt, or at any time by Ctrl-T x."
  local status started
  while true; do
    started=$SECONDS
    # Beside this script, which would look at a signal only afterwards, and on this terminal all the same.
    "${command[@]}" <&0 &
    emulator=$!
    status=0
    wait "$emulator" || status=$?
    emulator=''
    # The statuses of exit=isa-debug; the others are QEMU's own.
    case $status in
      3)
        if is_started_again $((SECONDS - started)); then continue; fi
        return 1
        ;;
      5) return 0 ;;
      0) echo 'QEMU has ended without a word of the hypervisor: by Ctrl-T x, or by a reset that nobody ordered.' ;;
      33) echo 'The boot was refused: the line above says what was expected.' >&2 ;;
      35) echo 'The hypervisor has failed: make symbolize names the addresses of its report.' >&2 ;;
    esac
    return "$status"
  done
}

run_bochs() {
  local port images=()
  work=$(mktemp -d)
  IFS=, read -ra images <<<"$modules"
  local disk
  for disk in ${disks[@]+"${disks[@]}"}; do images+=("${disk%%,*} $(basename "${disk%%,*}")"); done
  tools/make-iso.sh "$work/apus.iso" "build/apus.elf $options" "$dom0" ${images[@]+"${images[@]}"}
  port=$((20000 + RANDOM))
  bochsrc() {
    tools/bochsrc.sh "${MODEL:-corei7_skylake_x}" "$memory" "$work/apus.iso" "$work/bochs.log" \
      "mode=socket-server, dev=localhost:$port" >"$work/bochsrc"
  }
  bochsrc
  echo c >"$work/debugger"
  if [ -n "${DRY:-}" ]; then
    cat "$work/bochsrc"
    return
  fi
  echo "Bochs: a ${MODEL:-corei7_skylake_x}, because this machine has no VMX to lend. It interprets every instruction:"
  echo "be patient. Leave by 'poweroff' at dom0's prompt, or at any time by Ctrl-T x."
  local started
  while true; do
    started=$SECONDS
    bochs -q -f "$work/bochsrc" -rc "$work/debugger" </dev/null >"$work/bochs.out" 2>&1 &
    emulator=$!
    tools/serial-terminal.sh "$port" "$emulator" "$work/last" || {
      echo "Bochs did not start:" >&2
      tail -n 20 "$work/bochs.out" "$work/bochs.log" >&2
      exit 1
    }
    # Its firmware does not survive a reset, with which Bochs ends.
    sleep 0.5
    if [ "$(tr -d '\r' <"$work/last" | tail -n 1)" != '(apus) restarting the machine' ]; then return; fi
    kill "$emulator" 2>/dev/null || true
    wait "$emulator" || true
    emulator=''
    is_started_again $((SECONDS - started)) || return 1
    # Another port: the system may hold the old one for a while.
    port=$((20000 + RANDOM))
    bochsrc
  done
}

case $layout:$(nested_extension) in
  auto:vmx | vmx:vmx | auto:svm | svm:svm) run_qemu -accel kvm -cpu host ;;
  vmx:*) run_bochs ;;
  # TCG's SMAP faults wrongly around guests that run kernels in ring 3, which no layout here does.
  *) run_qemu -accel tcg -cpu "${CPU:-max}" ;;
esac
