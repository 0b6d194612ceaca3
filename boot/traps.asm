; Host exceptions and interrupts: 256 entries, each pushes its vector and goes on to one place that saves the rest.

bits 64
default rel
global trap_stubs
extern trap_entry
%include "frames.inc"

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
.saved:
  and rsp, -16
  call trap_entry
  mov rsp, rbx
.restored:
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

; RBX leads to the frame while `trap_entry` is at work, and with it to all of what was interrupted.
section FRAME_SECTION
frame_common trap_frames, 'zS'
frame_of trap_frames, save.saved, save.restored, 1
  frame_caller_at FRAME_RBX, 160
  frame_at FRAME_RIP, FRAME_RBX, 136
  frame_at FRAME_RFLAGS, FRAME_RBX, 152
  frame_at FRAME_RAX, FRAME_RBX, 112
  frame_at FRAME_RCX, FRAME_RBX, 104
  frame_at FRAME_RDX, FRAME_RBX, 96
  frame_at FRAME_RBX, FRAME_RBX, 88
  frame_at FRAME_RBP, FRAME_RBX, 80
  frame_at FRAME_RSI, FRAME_RBX, 72
  frame_at FRAME_RDI, FRAME_RBX, 64
%assign register 8
%rep 8
  frame_at register, FRAME_RBX, (15 - register) * 8
%assign register register + 1
%endrep
frame_done
