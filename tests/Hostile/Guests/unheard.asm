; Has an event pending that nobody can tell it of: it has named no vector. It halts, or polls where its command line begins
; with a p, and tries to do so again and again.

%include "long-mode.inc"

START_INFO_CMDLINE equ 24
EVTCHNOP_BIND_IPI equ 7
SCHEDOP_POLL equ 3

main:
  mov r15, rbx
  mov edi, EVTCHNOP_BIND_IPI
  mov esi, binding
  call hypercall_page + EVENT_CHANNEL_OP * 32
  mov edi, EVTCHNOP_SEND
  mov esi, bound_port
  call hypercall_page + EVENT_CHANNEL_OP * 32
  mov esi, greeting
  call print
  mov rax, [r15 + START_INFO_CMDLINE]
  cmp byte [rax], 'p'
  je .poll
.halt:
  sti
  hlt
  jmp .halt
.poll:
  sti
  mov edi, SCHEDOP_POLL
  mov esi, no_ports
  call hypercall_page + SCHED_OP * 32
  jmp .poll

section .rodata progbits alloc noexec nowrite align=8
greeting: db "unheard: an event is pending", 10, 0
no_ports: dq 0, 0, 0                ; ports, their number, the deadline

section .data
binding: dd 0                       ; the vCPU
bound_port: dd 0
