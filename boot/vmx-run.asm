; The VMX layout's way into a guest and back (Intel SDM vol. 3 26, 27).

bits 64
default rel
global vmx_run
global vmx_run_guarded
extern vmx_exit
%include "guards.inc"
%include "frames.inc"

; Offsets in VCPU (hypervisor/Core/Domains/VCPU.swift, GeneralRegisters.swift).
%define VCPU_RAX 0
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

; Fields of the VMCS (appendix B.4).
%define HOST_RSP 0x6C14
%define HOST_RIP 0x6C16

; The selector of a data segment that can be written (hypervisor/Machine/DescriptorTables.swift), for VERW.
section .rodata
data_selector: dw 0x10

section .text.hot progbits alloc exec nowrite align=64

; vmx_run(RDI the vCPU, whose VMCS is the current one; bit 0 is set where that VMCS is not launched): runs vCPUs for
; good. After each exit `vmx_exit` gives the next one in the same form. RSP, RIP and RFLAGS travel in the VMCS.
;
; On the stack: the vCPU that runs at 0, room for two registers at 8, the guards at 24, the caller's RBP at 32.
%macro run_loop 1
  push rbp
.pushed:
  sub rsp, 32
.framed:
%if %1
  mov [rsp + 24], esi
%endif
.enter:
%if %1
  guard_entry [rsp + 24]
%endif
  btr rdi, 0                        ; into the carry flag, which no MOV changes
  mov [rsp], rdi
  mov rax, [rdi + VCPU_RAX]
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
  jc .launch
  vmresume
  jmp .failed                       ; here only if it did
.launch:
  mov [rsp + 8], rax
  mov [rsp + 16], rcx
  mov eax, HOST_RSP
  vmwrite rax, rsp
  mov eax, HOST_RIP
  lea rcx, [.exit]
  vmwrite rax, rcx
  mov rax, [rsp + 8]
  mov rcx, [rsp + 16]
  vmlaunch
.failed:
  mov rdi, [rsp]
  setc sil                          ; VMfailInvalid
  movzx esi, sil
  inc esi
  jmp .decide

align 16
.exit:
  mov [rsp + 8], rdi
  mov rdi, [rsp]
  mov [rdi + VCPU_RAX], rax
  mov [rdi + VCPU_RCX], rcx
  mov [rdi + VCPU_RDX], rdx
  mov [rdi + VCPU_RBX], rbx
  mov [rdi + VCPU_RBP], rbp
  mov [rdi + VCPU_RSI], rsi
  mov [rdi + VCPU_R8], r8
  mov [rdi + VCPU_R9], r9
  mov [rdi + VCPU_R10], r10
  mov [rdi + VCPU_R11], r11
  mov [rdi + VCPU_R12], r12
  mov [rdi + VCPU_R13], r13
  mov [rdi + VCPU_R14], r14
  mov [rdi + VCPU_R15], r15
  mov rax, [rsp + 8]
  mov [rdi + VCPU_RDI], rax
%if %1
  guard_exit [rsp + 24]
%endif
  xor esi, esi
.decide:
  xor ebp, ebp                      ; the end of the hypervisor's own backtrace
  call vmx_exit                     ; (RDI the vCPU, ESI: 0 an exit, 1 VMfailValid, 2 VMfailInvalid)
  mov rdi, rax
  jmp .enter
.end:
%endmacro

vmx_run:
  run_loop 0

; vmx_run_guarded(RDI the same, ESI the guards): the same where the processor needs guards.
align 16
vmx_run_guarded:
  run_loop 1

section FRAME_SECTION
frame_common run_frames, ''
frame_of_loop run_frames, vmx_run
frame_of_loop run_frames, vmx_run_guarded
