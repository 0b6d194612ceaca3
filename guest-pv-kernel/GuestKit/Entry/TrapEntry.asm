; Where interrupts and exceptions arrive (Intel SDM vol. 3 6.14). A trap out of ring 0 saves the general registers and,
; by FXSAVE, the x87 and SSE registers on the stack and calls Swift: handlers may use SSE like any other Swift code.
; A trap out of ring 3 saves them in the user context and returns from guestkit_enter_user (UserEntry.asm).

%include "registers.inc"

extern guestkit_trap
extern guestkit_user_left

section .text
bits 64
default rel

; One stub a vector, 16 bytes each. Vectors 8, 10-14, 17, 21, 29 and 30 come with an error code (SDM vol. 3 table 6-1;
; AMD APM vol. 2 8.2 for 29 and 30); the others get a zero in its place.
align 16
global guestkit_trap_stubs
guestkit_trap_stubs:
%assign vector 0
%rep 256
        align   16
  %if vector != 8 && (vector < 10 || vector > 14) && vector != 17 && vector != 21 && vector != 29 && vector != 30
        push    0
  %endif
        push    strict dword vector
        jmp     near trap_common
  %assign vector vector + 1
%endrep

align 16
trap_common:
        test    byte [rsp + 24], 3      ; the ring in the saved CS
        jnz     from_user
in_kernel:
        PUSH_GENERAL
        cld
        mov     rbx, rsp
        sub     rsp, 512
        and     rsp, -16
        fxsave64 [rsp]
        mov     rdi, rbx
        call    guestkit_trap
        fxrstor64 [rsp]
        mov     rsp, rbx
        POP_GENERAL
        add     rsp, 16
        iretq

; The stack is the end of the running user context: the processor took it from TSS.RSP0. NMI, double fault and machine
; check have stacks of their own and end the guest, whatever ran.
from_user:
        cmp     dword [rsp], 2
        je      in_kernel
        cmp     dword [rsp], 8
        je      in_kernel
        cmp     dword [rsp], 18
        je      in_kernel
        PUSH_GENERAL
        cld
        fxsave64 [rsp - 512]
        jmp     guestkit_user_left

; Accesses that may fault: they return 1, or 0 after a fault. The trap handler looks the faulting address up in .fixups
; and goes on at the second address of the pair.

global guestkit_probe_read              ; rdi = address, the value comes back through rsi
guestkit_probe_read:
.try:   mov     rax, [rdi]
        mov     [rsi], rax
        mov     eax, 1
        ret
.fault: xor     eax, eax
        ret
section .fixups progbits alloc noexec nowrite align=8
        dq      guestkit_probe_read.try, guestkit_probe_read.fault
section .text

global guestkit_probe_write             ; rdi = address, sil = the byte
guestkit_probe_write:
.try:   mov     [rdi], sil
        mov     eax, 1
        ret
.fault: xor     eax, eax
        ret
section .fixups
        dq      guestkit_probe_write.try, guestkit_probe_write.fault
section .text

global guestkit_probe_rdmsr             ; edi = register, value through rsi
guestkit_probe_rdmsr:
        mov     ecx, edi
.try:   rdmsr
        shl     rdx, 32
        or      rax, rdx
        mov     [rsi], rax
        mov     eax, 1
        ret
.fault: xor     eax, eax
        ret
section .fixups
        dq      guestkit_probe_rdmsr.try, guestkit_probe_rdmsr.fault
section .text

global guestkit_probe_wrmsr             ; edi = register, rsi = value
guestkit_probe_wrmsr:
        mov     ecx, edi
        mov     eax, esi
        mov     rdx, rsi
        shr     rdx, 32
.try:   wrmsr
        mov     eax, 1
        ret
.fault: xor     eax, eax
        ret
section .fixups
        dq      guestkit_probe_wrmsr.try, guestkit_probe_wrmsr.fault
section .text

global guestkit_probe_execute           ; rdi = address of code that returns
guestkit_probe_execute:
        push    rbx
        mov     rbx, rsp
        call    rdi
        mov     eax, 1
        pop     rbx
        ret
global guestkit_probe_execute_fault
guestkit_probe_execute_fault:           ; the fault is at the target: the handler knows it by RIP = CR2
        mov     rsp, rbx
        xor     eax, eax
        pop     rbx
        ret

section .bss.pages nobits alloc write noexec align=4096
; Stacks of the vectors that may come at any instruction: double fault, NMI and machine check, each above a page that
; the guest's own tables leave unmapped.
global guestkit_ist_stacks
guestkit_ist_stacks: resb 3 * 2 * 4096
