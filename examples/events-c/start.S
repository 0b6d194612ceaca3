/* The entry of a 32-bit PVH kernel, and the way into its handler of events. */

  .section .note.Xen, "a", @note
  .balign 4
  .long 4, 4, 18                /* sizes of name and descriptor; XEN_ELFNOTE_PHYS32_ENTRY */
  .asciz "Xen"
  .long pvh_entry

  .text
  .globl pvh_entry
pvh_entry:
  cld
  mov $stack_top, %esp
  lgdt gdt_pointer              /* an interrupt's return loads CS: it needs a table behind it */
  ljmp $8, $1f
1:
  mov $16, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  push %ebx                     /* the start info */
  call events
2:
  cli
  hlt
  jmp 2b

/* The callback's vector leads here, with interrupts off. No end of interrupt is to be sent. */
  .globl upcall_entry
upcall_entry:
  pusha
  cld
  call upcall
  popa
  iret

  .balign 8
gdt:
  .quad 0
  .quad 0x00CF9A000000FFFF      /* 8: code, flat */
  .quad 0x00CF92000000FFFF      /* 16: data, flat */
gdt_pointer:
  .word gdt_pointer - gdt - 1
  .long gdt

  .bss
  .balign 16
  .skip 8192
stack_top:

  .section .note.GNU-stack, "", @progbits
