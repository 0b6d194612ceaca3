; A correct 32-bit ELF executable without the note that would make it a PVH kernel.

bits 32

section .text progbits alloc exec nowrite align=16
global start
start:
  jmp start
