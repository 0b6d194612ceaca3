; Runs one instruction with chosen registers, and takes every exception and interrupt that comes of it.
;
; The trap entry does not rely on the vector to know whether an error code is there: an interrupt may arrive at the vector
; of an exception. The processor aligns the stack to 16 bytes before it pushes five or six words (Intel SDM vol. 3
; 6.14.2), so the stack pointer tells.

%include "registers.inc"

extern guestkit_trap, guestkit_gdt

CODE64          equ 0x08
DATA            equ 0x10
CODE32          equ 0x38
WITH_ERROR_CODE equ 0x100
LAPIC_EOI       equ 0xFEE000B0
MSR_APIC_BASE   equ 0x1B
MSR_X2APIC_EOI  equ 0x80B
APIC_EXTENDED   equ 1 << 10
APIC_ENABLED    equ 1 << 11
PENDING_BITS    equ 2048                ; of the shared page (public header xen.h)
RFLAGS_IF       equ 1 << 9
STORM           equ 4096                ; interrupts of one run

REGISTER_COUNT  equ 15

section .text
bits 64
default rel

%macro SAVE_CALLER 1
        push    rbx
        push    rbp
        push    r12
        push    r13
        push    r14
        push    r15
        mov     [saved_stack], rsp
        mov     dword [interrupts], 0
        mov     [target], rdi
        lea     rax, [%1]
        mov     [resume], rax
%endmacro

%macro RESTORE_CALLER 1
        mov     qword [resume], 0
        cld
        mov     eax, %1
        pop     r15
        pop     r14
        pop     r13
        pop     r12
        pop     rbp
        pop     rbx
        ret
%endmacro

%macro STORE_UPPER 0                    ; the registers that 32-bit code does not have
        mov     [registers + 56], r8
        mov     [registers + 64], r9
        mov     [registers + 72], r10
        mov     [registers + 80], r11
        mov     [registers + 88], r12
        mov     [registers + 96], r13
        mov     [registers + 104], r14
        mov     [registers + 112], r15
%endmacro

%macro LOAD_UPPER 0
        mov     r8, [registers + 56]
        mov     r9, [registers + 64]
        mov     r10, [registers + 72]
        mov     r11, [registers + 80]
        mov     r12, [registers + 88]
        mov     r13, [registers + 96]
        mov     r14, [registers + 104]
        mov     r15, [registers + 112]
%endmacro

; bool cfuzz_run64(uint64_t target)
global cfuzz_run64
cfuzz_run64:
        SAVE_CALLER faulted
        LOAD_UPPER
        mov     rbx, [registers + 8]
        mov     rcx, [registers + 16]
        mov     rdx, [registers + 24]
        mov     rsi, [registers + 32]
        mov     rdi, [registers + 40]
        mov     rbp, [registers + 48]
        push    qword [registers + 120]
        popfq
        mov     rax, [registers]
        call    [target]
        mov     [registers], rax
        mov     [registers + 8], rbx
        mov     [registers + 16], rcx
        mov     [registers + 24], rdx
        mov     [registers + 32], rsi
        mov     [registers + 40], rdi
        mov     [registers + 48], rbp
        STORE_UPPER
        RESTORE_CALLER 1

faulted:                                ; the trap entry has put the stack back
        RESTORE_CALLER 0

; bool cfuzz_run32(uint64_t target): by a far return into a 32-bit code segment and a far jump back. Everything that it
; touches lies below 4 GiB.
global cfuzz_run32
cfuzz_run32:
        SAVE_CALLER faulted
        LOAD_UPPER
        push    CODE32
        push    narrow
        retfq

bits 32
narrow: mov     ebx, [abs registers + 8]
        mov     ecx, [abs registers + 16]
        mov     edx, [abs registers + 24]
        mov     esi, [abs registers + 32]
        mov     edi, [abs registers + 40]
        mov     ebp, [abs registers + 48]
        push    dword [abs registers + 120]
        popfd
        mov     eax, [abs registers]
        call    [abs target]
        mov     [abs registers], eax
        mov     [abs registers + 8], ebx
        mov     [abs registers + 16], ecx
        mov     [abs registers + 24], edx
        mov     [abs registers + 32], esi
        mov     [abs registers + 40], edi
        mov     [abs registers + 48], ebp
        jmp     CODE64:wide

bits 64
wide:   mov     rsp, [saved_stack]      ; the upper half is undefined after 32-bit code
        STORE_UPPER
        RESTORE_CALLER 1

global cfuzz_register_array
cfuzz_register_array:
        lea     rax, [registers]
        ret

; uint64_t cfuzz_instruction(uint64_t index)
global cfuzz_instruction
cfuzz_instruction:
        shl     rdi, 4
        lea     rax, [instructions]
        add     rax, rdi
        ret

; The instructions, 16 bytes apart, in the order of Instruction.swift. Each returns, so that each can be called; the
; first two mean the same in 32-bit code.
%macro ITEM 1+
        align   16
        %1
        ret
%endmacro

align 16
instructions:
        ITEM    vmmcall
        ITEM    vmcall
        ITEM    cpuid
        ITEM    rdmsr
        ITEM    wrmsr
        ITEM    in al, dx
        ITEM    in ax, dx
        ITEM    in eax, dx
        ITEM    out dx, al
        ITEM    out dx, ax
        ITEM    out dx, eax
        ITEM    rep insb
        ITEM    insd
        ITEM    rep outsb
        ITEM    outsw
        ITEM    mov eax, [rdi]
        ITEM    mov [rdi], eax
        ITEM    mov al, [rdi]
        ITEM    mov [rdi], al
        ITEM    mov rax, [rdi]
        ITEM    mov [rdi], rax
        ITEM    movzx eax, word [rdi]
        ITEM    movsx rax, byte [rdi]
        ITEM    and [rdi], eax
        ITEM    or dword [rdi], 0x100
        ITEM    xor eax, [rdi]
        ITEM    add [rdi], ecx
        ITEM    xchg [rdi], eax
        ITEM    stosd
        ITEM    movsd
        ITEM    rep stosd
        ITEM    test [rdi], eax
        ITEM    cmp byte [rdi], 7
        ITEM    rdtsc
        ITEM    rdtscp
        ITEM    xgetbv
        ITEM    xsetbv
        ITEM    wbinvd
        ITEM    invd
        ITEM    rdpmc
        ITEM    monitor
        ITEM    mwait
        ITEM    vmload
        ITEM    vmsave
        ITEM    vmrun
        ITEM    stgi
        ITEM    clgi
        ITEM    skinit
        ITEM    invlpga
        ITEM    vmxoff
        ITEM    vmxon [rdi]
        ITEM    rsm
        ITEM    ud2
        ITEM    int3
        ITEM    mov rax, dr7
        ITEM    mov dr0, rax
        ITEM    mov rax, cr8
        ITEM    mov cr8, rax
        ITEM    mov rax, cr4
        ITEM    smsw eax
        ITEM    clts
        ITEM    clflush [rdi]
        ITEM    pause
        ITEM    invlpg [rdi]
        ITEM    mov rcx, cr0
        ITEM    str eax
        ITEM    rdrand eax

; void cfuzz_start(uint64_t record, uint64_t shared)
global cfuzz_start
cfuzz_start:
        mov     [vcpu_record], rdi
        mov     [shared_page], rsi
        lea     rsi, [guestkit_gdt]     ; the descriptors that are in use, and one more
        lea     rdi, [descriptors]
        mov     ecx, 7
        rep movsq
        mov     rax, 0x00CF9B000000FFFF ; ring-0 code, 32-bit, flat
        mov     [rdi], rax
        lgdt    [descriptors_pointer]

        lea     rdi, [gates]
        lea     rax, [stubs]
        xor     ecx, ecx
.gate:  mov     [rdi], ax
        mov     word [rdi + 2], CODE64
        mov     edx, 0x8E00             ; present, interrupt gate
        cmp     ecx, 8
        jne     .not8
        or      edx, 1                  ; the interrupt stacks of GuestKit's task-state segment
.not8:  cmp     ecx, 2
        jne     .not2
        or      edx, 2
.not2:  cmp     ecx, 18
        jne     .not18
        or      edx, 3
.not18: mov     [rdi + 4], dx
        mov     rdx, rax
        shr     rdx, 16
        mov     [rdi + 6], dx
        shr     rdx, 16
        mov     [rdi + 8], edx
        mov     dword [rdi + 12], 0
        add     rax, 16
        add     rdi, 16
        inc     ecx
        cmp     ecx, 256
        jne     .gate
        lidt    [gates_pointer]
        ret

global cfuzz_pattern
cfuzz_pattern:
        lea     rax, [pattern]
        ret

global cfuzz_fault_vector, cfuzz_fault_place, cfuzz_arrivals
cfuzz_fault_vector:
        mov     rax, [fault_vector]
        ret
cfuzz_fault_place:
        mov     rax, [fault_place]
        ret
cfuzz_arrivals:
        and     edi, 255
        lea     rax, [arrivals]
        mov     rax, [rax + rdi * 8]
        ret

align 16
stubs:
%assign vector 0
%rep 256
        align   16
        push    strict dword vector
        jmp     near trap
  %assign vector vector + 1
%endrep

align 16
trap:   test    spl, 8
        jnz     .error
        push    qword [rsp]             ; a zero takes the error code's place
        mov     qword [rsp + 8], 0
        jmp     .saved
.error: or      dword [rsp], WITH_ERROR_CODE
.saved: PUSH_GENERAL
        cld
        mov     rbx, [rsp + 120]        ; the vector
        mov     r12, rbx                ; with the mark
        and     ebx, 255
        mov     [rsp + 120], rbx
        lea     rax, [arrivals]
        inc     qword [rax + rbx * 8]

        cmp     ebx, 32
        jae     .interrupt
        cmp     ebx, 2                  ; an NMI, which the local APIC can be asked for
        je      .leave
        test    r12d, WITH_ERROR_CODE
        jnz     .exception
        cmp     ebx, 16                 ; an interrupt can come at 16 and above, and then has no error code
        jb      .exception
.interrupt:
        call    acknowledge
        ; A run may have moved the record away, and then the callback comes for ever: it goes on without interrupts.
        inc     dword [interrupts]
        cmp     dword [interrupts], STORM
        jb      .leave
        and     dword [rsp + 152], ~RFLAGS_IF
.leave: POP_GENERAL
        add     rsp, 16
        iretq

.exception:
        mov     rax, [resume]
        test    rax, rax
        jz      .fatal
        mov     [fault_vector], rbx
        mov     rcx, [rsp + 136]
        mov     [fault_place], rcx
        mov     qword [resume], 0
        mov     [rsp + 136], rax        ; RIP
        mov     qword [rsp + 144], CODE64
        mov     qword [rsp + 152], 2    ; RFLAGS: interrupts off
        mov     rax, [saved_stack]
        mov     [rsp + 160], rax
        mov     qword [rsp + 168], DATA
        jmp     .leave
.fatal: mov     rdi, rsp                ; GuestKit reports it and ends the domain
        mov     rbp, rsp
        and     rsp, -16
        call    guestkit_trap
        mov     rsp, rbp
        jmp     .leave

; Takes every pending event, handles none, and ends the interrupt, should it have come through the local APIC.
acknowledge:
        mov     rdi, [vcpu_record]
        mov     byte [rdi], 0
        xor     eax, eax
        xchg    rax, [rdi + 8]
        mov     rsi, [shared_page]
        xor     edx, edx
.word:  bsf     rcx, rax
        jz      .taken
        btr     rax, rcx
        mov     [rsi + PENDING_BITS + rcx * 8], rdx
        jmp     .word
.taken: mov     ecx, MSR_APIC_BASE
        rdmsr
        test    eax, APIC_ENABLED
        jz      .end
        test    eax, APIC_EXTENDED
        jnz     .x2
        mov     edi, LAPIC_EOI
        mov     dword [rdi], 0
        ret
.x2:    mov     ecx, MSR_X2APIC_EOI
        xor     eax, eax
        xor     edx, edx
        wrmsr
.end:   ret

; A page that is mapped to be read only, wherever it is mapped.
section .rodata.pattern progbits alloc noexec nowrite align=4096
pattern:        times 512 dq 0x72746F6E65766144

section .data
align 16
descriptors:    times 8 dq 0
descriptors_pointer:
        dw      8 * 8 - 1
        dq      descriptors
gates_pointer:
        dw      256 * 16 - 1
        dq      gates

section .bss
alignb 16
gates:          resb 256 * 16
registers:      resq 16
arrivals:       resq 256
saved_stack:    resq 1
target:         resq 1
resume:         resq 1
interrupts:     resd 1
                resd 1
fault_vector:   resq 1
fault_place:    resq 1
vcpu_record:    resq 1
shared_page:    resq 1
