; Host exceptions and interrupts: 256 entries, each pushes its vector and goes on to one place that saves the rest.

bits 64
default rel
global trap_stubs
extern trap_entry

section .text progbits alloc exec nowrite align=16

; Sixteen bytes an entry, so that the descriptor table is filled by counting.
trap_stubs:
%assign vector 0
%rep 256
  align 16
%if vector = 8 || (vector >= 10 && vector <= 14) || vector = 17 || vector = 21 || vector = 29 || vector = 30
%else
  push 0                            ; in place of an error code
%endif
  push vector
  jmp near save
%assign vector vector + 1
%endrep

; The frame that `trap_entry` gets (TrapFrame in Machine): the fifteen registers, vector, error code, and what the
; processor pushed.
save:
  push rax
  push rcx
  push rdx
  push rbx
  push rbp
  push rsi
  push rdi
  push r8
  push r9
  push r10
  push r11
  push r12
  push r13
  push r14
  push r15
  cld
  mov rdi, rsp
  mov rbx, rsp
  and rsp, -16
  call trap_entry
  mov rsp, rbx
  pop r15
  pop r14
  pop r13
  pop r12
  pop r11
  pop r10
  pop r9
  pop r8
  pop rdi
  pop rsi
  pop rbp
  pop rbx
  pop rdx
  pop rcx
  pop rax
  add rsp, 16
  iretq
