; Takes the processor and never gives it back: a loop with interrupts off.

%include "pvh.inc"
  cli
.forever:
  jmp .forever
