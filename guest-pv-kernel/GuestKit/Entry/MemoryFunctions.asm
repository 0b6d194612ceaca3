; The memory functions that compiled code calls (C11 7.24).

section .text
bits 64
default rel

global memcpy
memcpy: mov     rax, rdi
        mov     rcx, rdx
        rep movsb
        ret

global memmove
memmove:
        mov     rax, rdi
        mov     rcx, rdx
        mov     r8, rdi
        sub     r8, rsi
        cmp     r8, rdx                 ; below: the destination starts within the source
        jb      .backward
        rep movsb
        ret
.backward:
        lea     rdi, [rdi + rdx - 1]
        lea     rsi, [rsi + rdx - 1]
        std
        rep movsb
        cld
        ret

global memset
memset: mov     r8, rdi
        mov     eax, esi
        mov     rcx, rdx
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
