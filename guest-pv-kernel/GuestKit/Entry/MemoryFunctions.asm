; The memory functions that compiled code calls (C11 7.24). Eight bytes at a time: an emulator does one repetition after
; the other.

section .text
bits 64
default rel

global memcpy
memcpy: mov     rax, rdi
forward:
        mov     rcx, rdx
        shr     rcx, 3
        rep movsq
        mov     ecx, edx
        and     ecx, 7
        rep movsb
        ret

global memmove
memmove:
        mov     rax, rdi
        mov     r8, rdi
        sub     r8, rsi
        cmp     r8, rdx                 ; below: the destination starts within the source
        jae     forward
        lea     rdi, [rdi + rdx - 1]
        lea     rsi, [rsi + rdx - 1]
        mov     rcx, rdx
        std
        rep movsb
        cld
        ret

global memset
memset: mov     r8, rdi
        movzx   eax, sil
        mov     rcx, 0x0101010101010101
        imul    rax, rcx
        mov     rcx, rdx
        shr     rcx, 3
        rep stosq
        mov     ecx, edx
        and     ecx, 7
        rep stosb
        mov     rax, r8
        ret

global memcmp
memcmp: xor     eax, eax
        mov     rcx, rdx
        cmp     rcx, rcx                ; equal, should the count be 0
        repe cmpsb
        je      .end
        movzx   eax, byte [rdi - 1]
        movzx   ecx, byte [rsi - 1]
        sub     eax, ecx
.end:   ret
global bcmp
bcmp    equ     memcmp
