; Faults where no exception can be delivered: the table of handlers is empty, so a breakpoint becomes a double fault and
; that a shutdown of the processor.

%include "pvh.inc"
  lidt [empty]
  int3
.not_reached:
  jmp .not_reached

section .rodata progbits alloc noexec nowrite align=8
empty:
  dw 0
  dd 0
