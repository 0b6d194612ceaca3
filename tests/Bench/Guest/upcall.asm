; An upcall handler as short as one can be: it takes the one port's event out of the shared page and counts it. What the
; bench measures of an upcall is the hypervisor's part, so the guest's must be small.

VCPU_INFO_PENDING       equ 0
VCPU_INFO_SELECTOR      equ 8
INTERRUPT_GATE          equ 0x8E00      ; present, ring 0, 64-bit (Intel SDM vol. 3 6.14.1)

section .text
bits 64
default rel

upcall: push    rax
        push    rcx
        mov     rax, [vcpu_info]
        mov     byte [rax + VCPU_INFO_PENDING], 0
        xor     ecx, ecx
        xchg    [rax + VCPU_INFO_SELECTOR], rcx
        mov     rax, [pending_word]
        mov     rcx, [pending_bit]
        lock btr [rax], rcx
        inc     qword [count]
        pop     rcx
        pop     rax
        iretq

; void cbench_install_upcall(vector, vcpu_info, pending_word, bit): fills the gate of the table that SIDT names.
global cbench_install_upcall
cbench_install_upcall:
        mov     [vcpu_info], rsi
        mov     [pending_word], rdx
        mov     [pending_bit], rcx
        mov     qword [count], 0
        sub     rsp, 16
        sidt    [rsp]
        mov     rdx, [rsp + 2]          ; behind the limit
        add     rsp, 16
        shl     rdi, 4
        add     rdx, rdi
        lea     rax, [upcall]
        mov     [rdx], ax               ; offset 15:0
        mov     [rdx + 2], cs
        mov     word [rdx + 4], INTERRUPT_GATE
        shr     rax, 16
        mov     [rdx + 6], ax           ; offset 31:16
        shr     rax, 16
        mov     [rdx + 8], eax          ; offset 63:32
        mov     dword [rdx + 12], 0
        ret

global cbench_upcall_count
cbench_upcall_count:
        mov     rax, [count]
        ret

section .bss
alignb 16
vcpu_info:    resq 1
pending_word: resq 1
pending_bit:  resq 1
count:        resq 1
