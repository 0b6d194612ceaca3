; The PVH entry of a guest (public header arch-x86/hvm/start_info.h): 32-bit, paging off, EBX = start info.
; Builds an identity map of the first 4 GiB with 2 MiB pages, turns long mode and SSE on, and calls Swift.

PAGE_PRESENT_WRITABLE equ 0x03
PAGE_LARGE            equ 0x80
CR0_PE_MP_ET_NE_WP_PG equ 0x80010033    ; EM and TS clear: SSE may be used
CR4_PAE_FXSR_XMMEXCPT equ 0x620
EFER                  equ 0xC0000080
EFER_SCE_LME_NXE      equ 0x901
BOOT_STACK_SIZE       equ 65536

section .note.Xen note alloc noexec nowrite align=4
        dd 4, 8, 18                     ; name and descriptor sizes, XEN_ELFNOTE_PHYS32_ENTRY
        db "Xen", 0
        dq guestkit_pvh_entry

section .text
bits 32
global guestkit_pvh_entry
guestkit_pvh_entry:
        cld
        mov     [guestkit_start_info], ebx
        mov     esp, guestkit_boot_stack_top

        mov     edi, boot_pml4
        mov     eax, boot_pdpt
        or      eax, PAGE_PRESENT_WRITABLE
        mov     [edi], eax
        mov     ecx, 4                  ; four page directories, one a GiB
        mov     edi, boot_pdpt
        mov     eax, boot_directories
        or      eax, PAGE_PRESENT_WRITABLE
.pdpt:  mov     [edi], eax
        add     edi, 8
        add     eax, 4096
        loop    .pdpt
        mov     ecx, 2048               ; 2048 entries of 2 MiB
        mov     edi, boot_directories
        mov     eax, PAGE_PRESENT_WRITABLE | PAGE_LARGE
.pages: mov     [edi], eax
        add     edi, 8
        add     eax, 0x200000
        loop    .pages

        mov     eax, CR4_PAE_FXSR_XMMEXCPT
        mov     cr4, eax
        mov     eax, boot_pml4
        mov     cr3, eax
        mov     ecx, EFER
        rdmsr
        or      eax, EFER_SCE_LME_NXE
        wrmsr
        mov     eax, CR0_PE_MP_ET_NE_WP_PG
        mov     cr0, eax
        lgdt    [guestkit_gdt_pointer]
        jmp     0x08:.long

bits 64
.long:  mov     eax, 0x10
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        xor     eax, eax
        mov     fs, eax
        mov     gs, eax
        fninit
        push    0x1F80                  ; MXCSR: every exception masked
        ldmxcsr [rsp]
        pop     rax
        xor     ebp, ebp                ; the end of the backtrace
extern main
        xor     edi, edi
        xor     esi, esi
        call    main
.end:   cli
        hlt
        jmp     .end

section .data
align 16
global guestkit_gdt
guestkit_gdt:
        dq 0
        dq 0x00AF9B000000FFFF           ; 0x08 ring-0 code, 64-bit
        dq 0x00CF93000000FFFF           ; 0x10 ring-0 data
        dq 0x00CFF3000000FFFF           ; 0x18 ring-3 data (0x1B)
        dq 0x00AFFB000000FFFF           ; 0x20 ring-3 code, 64-bit (0x23)
        dq 0, 0                         ; 0x28 TSS, filled in by Swift
guestkit_gdt_end:
guestkit_gdt_pointer:
        dw guestkit_gdt_end - guestkit_gdt - 1
        dq guestkit_gdt

global guestkit_start_info
guestkit_start_info:
        dq 0

section .bss.pages nobits alloc write noexec align=4096
alignb 4096
boot_pml4:        resb 4096
boot_pdpt:        resb 4096
boot_directories: resb 4 * 4096
global guestkit_hypercall_page
guestkit_hypercall_page: resb 4096
global guestkit_boot_stack_guard, guestkit_boot_stack_top
guestkit_boot_stack_guard: resb 4096    ; unmapped once the guest has tables of its own
guestkit_boot_stack: resb BOOT_STACK_SIZE
guestkit_boot_stack_top:
