; The SVM layout's way into a guest and back (AMD APM vol. 2 15.5, 15.6).
;
; The hypervisor runs with GIF clear and RFLAGS.IF set: VMRUN sets GIF for the guest's run, #VMEXIT clears it, and
; nothing but a window in the run loop sets it in between. So no interrupt, and no NMI, ever finds the guest's hidden
; state (FS, GS, TR, LDTR, the system-call registers) in the processor; and with IF set, a physical interrupt ends the
; guest's run whatever the guest's own IF says.

bits 64
default rel
global svm_run
global svm_run_guarded
extern svm_exit
%include "guards.inc"
%include "frames.inc"

; Offsets in VCPU (hypervisor/Core/Domains/VCPU.swift, GeneralRegisters.swift).
%define VCPU_RCX 8
%define VCPU_RDX 16
%define VCPU_RBX 24
%define VCPU_RBP 40
%define VCPU_RSI 48
%define VCPU_RDI 56
%define VCPU_R8 64
%define VCPU_R9 72
%define VCPU_R10 80
%define VCPU_R11 88
%define VCPU_R12 96
%define VCPU_R13 104
%define VCPU_R14 112
%define VCPU_R15 120
%define VCPU_CONTROL_BLOCK 144

; The selector of a data segment that can be written (hypervisor/Machine/DescriptorTables.swift), for VERW.
section .rodata
data_selector: dw 0x10

section .text.hot progbits alloc exec nowrite align=64

; svm_run(RDI the vCPU, RSI the physical address of the host's own VMCB): runs vCPUs for good. After each exit
; `svm_exit` says which one is next. RAX, RSP, RIP and RFLAGS travel in the VMCB.
;
; On the stack: the vCPU that runs at 0, the host's VMCB at 8, the guards at 16, the caller's RBP at 32.
%macro run_loop 1
  push rbp
.pushed:
  sub rsp, 32
.framed:
  mov [rsp + 8], rsi
%if %1
  mov [rsp + 16], edx
%endif
.enter:
  mov [rsp], rdi
%if %1
  guard_entry [rsp + 16]
%endif
  mov rax, [rdi + VCPU_CONTROL_BLOCK]
  vmload
  mov rcx, [rdi + VCPU_RCX]
  mov rdx, [rdi + VCPU_RDX]
  mov rbx, [rdi + VCPU_RBX]
  mov rbp, [rdi + VCPU_RBP]
  mov rsi, [rdi + VCPU_RSI]
  mov r8, [rdi + VCPU_R8]
  mov r9, [rdi + VCPU_R9]
  mov r10, [rdi + VCPU_R10]
  mov r11, [rdi + VCPU_R11]
  mov r12, [rdi + VCPU_R12]
  mov r13, [rdi + VCPU_R13]
  mov r14, [rdi + VCPU_R14]
  mov r15, [rdi + VCPU_R15]
  mov rdi, [rdi + VCPU_RDI]
  vmrun
  vmsave                            ; RAX is the guest's VMCB again
  mov rax, [rsp]
  mov [rax + VCPU_RCX], rcx
  mov [rax + VCPU_RDX], rdx
  mov [rax + VCPU_RBX], rbx
  mov [rax + VCPU_RBP], rbp
  mov [rax + VCPU_RSI], rsi
  mov [rax + VCPU_RDI], rdi
  mov [rax + VCPU_R8], r8
  mov [rax + VCPU_R9], r9
  mov [rax + VCPU_R10], r10
  mov [rax + VCPU_R11], r11
  mov [rax + VCPU_R12], r12
  mov [rax + VCPU_R13], r13
  mov [rax + VCPU_R14], r14
  mov [rax + VCPU_R15], r15
  mov rdi, rax
%if %1
  guard_exit [rsp + 16]
%endif
  mov rax, [rsp + 8]
  vmload
  xor ebp, ebp                      ; the end of the hypervisor's own backtrace
  call svm_exit
  mov rdi, rax
  jmp .enter
.end:
%endmacro

svm_run:
  run_loop 0

; svm_run_guarded(RDI the vCPU, RSI the host's own VMCB, EDX the guards): the same where the processor needs guards.
svm_run_guarded:
  run_loop 1

section FRAME_SECTION
frame_common run_frames, ''
frame_of_loop run_frames, svm_run
frame_of_loop run_frames, svm_run_guarded
