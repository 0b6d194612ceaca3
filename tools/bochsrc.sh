#!/bin/bash
# Prints a Bochs configuration for a headless boot from CD.
#
#   tools/bochsrc.sh MODEL MEGABYTES ISO LOG "COM1-PARAMETERS"
#
# Writing "Shutdown" to port 0x8900 ends the emulator, as does an ACPI power-off or a triple fault. With sync=none a
# clock tick is an instruction, so that a run repeats exactly.
set -eu

model=${1:?} megabytes=${2:?} iso=${3:?} log=${4:?} com1=${5:?}
cat <<TEXT
config_interface: textconfig
display_library: rfb, options="timeout=0"
plugin_ctrl: iodebug=1
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
megs: $megabytes
cpu: model=$model, count=1, ips=50000000, reset_on_triple_fault=0
clock: sync=none, time0=946681200
ata0-master: type=cdrom, path=$iso, status=inserted
boot: cdrom
com1: enabled=1, $com1
log: $log
panic: action=fatal
error: action=report
info: action=report
debug: action=ignore
sound: driver=dummy
speaker: enabled=0
TEXT
