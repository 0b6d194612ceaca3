; Single steps over instructions that exit: each traps right behind the instruction, as on a processor, also where an
; interrupt comes up with it, and gets the guest out of a HLT with interrupts off. Breakpoints behind such instructions
; are met, too.

%include "events.inc"

XEN_VERSION equ 17
XENVER_VERSION equ 0
EVENT_CHANNEL_OP equ 32
EVTCHNOP_SEND equ 4
EVTCHNOP_BIND_IPI equ 7
HVM_OP equ 34
HVMOP_SET_PARAM equ 0
APIC_BASE equ 0x1B
APIC_VERSION equ 0xFEE00030
APIC_TASK_PRIORITY equ 0xFEE00080
FLAGS equ 1 << 8 | 1 << 1           ; TF
INTERRUPTS equ 1 << 9

; Fails unless the last exception was #DB, at that address and with that status.
%macro expect_debug_trap 2
  cmp dword [last_vector], 1
  jne %%wrong
  cmp dword [last_address], %1
  je %%right
%%wrong:
  fail
%%right:
  expect_status STATUS, %2
%endmacro

; Executes an instruction with these flags, and fails unless a single step traps behind it.
%macro step 2+
  mov dword [resume], %%check
  mov dword [last_vector], -1
  push dword FLAGS | %1
  popf
  %2
%%next:
  nop
  nop
  fail
%%check:
  expect_debug_trap %%next, 0x4000
%endmacro

; Executes an instruction with RF set, and fails unless the breakpoint on the next one is met.
%macro breakpoint_behind 1
  mov dword [resume], %%check
  mov dword [last_vector], -1
  mov eax, %%next
  mov dr0, eax
  mov eax, 0x402                    ; breakpoint 0, on code
  mov dr7, eax
  xor eax, eax
  push dword 1 << 16 | 1 << 1       ; RF
  push dword CODE
  push dword %%at
  iret
%%at:
  %1
%%next:
  nop
  fail
%%check:
  expect_debug_trap %%next, 1
  mov eax, 0x400
  mov dr7, eax
%endmacro

examine:
  ; VMCALL or VMMCALL, as the page of call stubs has it.
  mov eax, [hypercall_page + 5]
  mov [vm_call], ax
  mov [vm_call_with_event], ax
  shr eax, 16
  mov [vm_call + 2], al
  mov [vm_call_with_event + 2], al

  xor eax, eax
  step 0, cpuid
  mov ecx, APIC_BASE
  step 0, rdmsr
  mov ecx, APIC_BASE
  rdmsr
  step 0, wrmsr
  step 0, in al, 0x80
  step 0, out 0x80, al
  mov edi, buffer
  step 0, insb
  step 0, wbinvd
  mov eax, cr4
  step 0, mov cr4, eax
  step 0, mov eax, [APIC_VERSION]
  xor eax, eax
  step 0, mov [APIC_TASK_PRIORITY], eax
  mov eax, XEN_VERSION
  mov ebx, XENVER_VERSION
  step 0, vm_call: times 3 nop
  step 0, hlt

  ; A breakpoint behind an instruction that is executed with RF set, as after a breakpoint on itself.
  breakpoint_behind cpuid
  breakpoint_behind {mov ebx, [APIC_VERSION]}

  ; An event for the guest itself, of which it is told by vector 0x30: first comes the step, then the interrupt.
  mov ebx, HVMOP_SET_PARAM
  mov ecx, callback
  call hypercall_page + HVM_OP * 32
  mov ebx, EVTCHNOP_BIND_IPI
  mov ecx, binding
  call hypercall_page + EVENT_CHANNEL_OP * 32
  mov eax, EVENT_CHANNEL_OP
  mov ebx, EVTCHNOP_SEND
  mov ecx, port
  step INTERRUPTS, vm_call_with_event: times 3 nop
  mov dword [resume], .told
  sti
  nop
  nop
  fail
.told:
  cmp dword [last_vector], 0x30
  je passed
  fail

section .data
align 8
callback:
  dw 0x7FF0                         ; DOMID_SELF
  dw 0
  dd 0                              ; HVM_PARAM_CALLBACK_IRQ
  dd 0x30, 2 << 24                  ; a vector
binding:
  dd 0
port: dd 0
buffer: db 0

section .text
