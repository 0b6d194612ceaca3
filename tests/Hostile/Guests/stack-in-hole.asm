; Has an interrupt become due while the stack lies where there is no memory, and the next instruction reaches there too,
; a few thousand million times.

%include "protected.inc"

HOLE equ 0x40000000
APIC equ 0xFEE00000

main:
  set_gate 0x40, handler
  mov dword [APIC + 0xF0], 0x1FF    ; on
  mov dword [APIC + 0x300], 0x44040 ; vector 0x40 to itself
  mov esi, HOLE
  mov ecx, -1
  mov esp, HOLE + 0x1000
  sti
  nop
  rep lodsd
handler:
  jmp handler
