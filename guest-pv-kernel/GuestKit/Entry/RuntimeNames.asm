; C functions that the runtime calls, under names that Swift code may not define.

section .text
bits 64

extern guestkit_posix_memalign, guestkit_free

global posix_memalign
posix_memalign:
        jmp     guestkit_posix_memalign

global free
free:   jmp     guestkit_free
