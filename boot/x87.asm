; The one place where the hypervisor touches the x87: to leave nothing of a guest's in the instruction and operand
; pointers, which some of AMD's processors neither save nor restore unless an exception is pending (AMD APM vol. 3
; E.4.7, RstrFpErrPtrs; vol. 2 11.4.4). QEMU 10's have the bit, and do not restore them either.

bits 64
default rel
global reset_x87_pointers

section .rodata
align 4
zero: dd 0

section .text

; reset_x87_pointers(): the registers are saved, and will be restored. Neither instruction can fault: no exception is
; left pending, and the stack has room.
reset_x87_pointers:
  fnclex
  ffree st7
  fild dword [zero]
  ret
