# Commands for gdb on a machine that QEMU holds before its first instruction: stops at the Swift entry.
# tools/debug.sh has loaded the symbols and connected.

set confirm off
set pagination off
set print asm-demangle on
source tools/apus-gdb.py

# A hardware breakpoint: the page tables through which a software one would be written do not exist yet.
hbreak hypervisor_main
continue
