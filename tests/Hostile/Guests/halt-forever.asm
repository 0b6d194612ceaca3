; Halts with interrupts off: nothing can ever wake the domain's only processor, which is its way to power off.

%include "pvh.inc"
  cli
  hlt
.not_reached:
  jmp .not_reached
