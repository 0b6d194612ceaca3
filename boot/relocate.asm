; Moves the running image: copies it, and continues in the copy through the new page tables.

bits 64
default rel
global relocate_image

section .text progbits alloc exec nowrite align=16

; relocate_image(RDI to, RSI from, RDX bytes, RCX the new CR3)
;
; The stack lies in the image: it is copied with the return address on it, and nothing is pushed between the copy and
; the switch.
relocate_image:
  mov rax, rcx
  mov rcx, rdx
  shr rcx, 3
  rep movsq
  mov cr3, rax
  ret
