; Ring 3 and back. A user context (UserMode/UserContext.swift) is 688 bytes: the FXSAVE image at 0, the trap frame at
; 512, its end at 688. While it runs, TSS.RSP0 points at its end, so that what leaves ring 3 is saved right into it.

%include "registers.inc"

CONTEXT_FRAME   equ 512
CONTEXT_END     equ 688
TSS_RSP0        equ 4
USER_DATA       equ 0x1B
USER_CODE       equ 0x23
VECTOR_SYSCALL  equ 256                 ; past the vectors of the processor

section .text
bits 64
default rel

; void guestkit_enter_user(context): comes back when ring 3 is left. Interrupts must be off; they are off afterwards.
global guestkit_enter_user
guestkit_enter_user:
        push    rbx
        push    rbp
        push    r12
        push    r13
        push    r14
        push    r15
        mov     [kernel_stack], rsp
        lea     rax, [rdi + CONTEXT_END]
        mov     [guestkit_tss + TSS_RSP0], rax
        fxrstor64 [rdi]
        lea     rsp, [rdi + CONTEXT_FRAME]
        POP_GENERAL
        add     rsp, 16                 ; vector and error code
        iretq

global guestkit_user_left
guestkit_user_left:
        mov     rsp, [kernel_stack]
        pop     r15
        pop     r14
        pop     r13
        pop     r12
        pop     rbp
        pop     rbx
        ret

; The SYSCALL instruction arrives here with interrupts off (SFMASK) and the user's stack pointer (SDM vol. 3 5.8.8).
; Leaving is by IRET always: SYSRET faults in ring 0 when RCX is not canonical.
global guestkit_syscall_entry
guestkit_syscall_entry:
        mov     [user_stack], rsp
        mov     rsp, [guestkit_tss + TSS_RSP0]
        push    USER_DATA
        push    qword [user_stack]
        push    r11                     ; RFLAGS
        push    USER_CODE
        push    rcx                     ; RIP
        push    0
        push    VECTOR_SYSCALL
        PUSH_GENERAL
        cld
        fxsave64 [rsp - CONTEXT_FRAME]
        jmp     guestkit_user_left

; Where the function of a user task returns to, in ring 3: the system call that ends it (UserMode.exitCall).
global guestkit_user_return
guestkit_user_return:
        xor     eax, eax
        syscall

section .bss
alignb 16
kernel_stack: resq 1
user_stack:   resq 1
; The task-state segment (SDM vol. 3 7.7): 104 bytes, no I/O permission map.
global guestkit_tss
guestkit_tss: resb 104
