# Commands for gdb on a machine that QEMU holds before its first instruction: stops at the Swift entry.
# tools/debug.sh has loaded the symbols and connected.

set confirm off
set pagination off
set print asm-demangle on
set disassemble-next-line auto

# The page tables of the image do not exist yet: a software breakpoint could not be written.
hbreak hypervisor_main
continue
# Past the prologue, so that the arguments are in place.
next

define frames
  backtrace
end
document frames
The call stack. Swift's names are mangled here: `make symbolize` turns addresses into readable ones.
end
