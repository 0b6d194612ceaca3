; Multiboot entry: from 32-bit protected mode to the hypervisor's own half of a 64-bit address space.
;
; The multiboot specification 0.6.96 gives the state: EAX the magic number, EBX the address of the multiboot
; information, paging off, interrupts off, flat segments.

bits 32

MULTIBOOT_MAGIC     equ 0x1BADB002
MULTIBOOT_FLAGS     equ (1 << 0) | (1 << 1) | (1 << 16)  ; modules on page boundaries, memory map, address fields
LOADER_MAGIC        equ 0x2BADB002

extern boot_start, boot_load_end, boot_bss_end
extern boot_pml4_physical, boot_pdpt_physical, boot_pd_physical
extern hypervisor_main
%include "frames.inc"
global boot_entry, long_mode, boot_pml4, boot_pdpt, boot_pd

section .multiboot progbits alloc noexec nowrite align=4
multiboot_header:
  dd MULTIBOOT_MAGIC
  dd MULTIBOOT_FLAGS
  dd -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)
  dd multiboot_header
  dd boot_start
  dd boot_load_end
  dd boot_bss_end
  dd boot_entry

section .boot.text progbits alloc exec nowrite align=16
boot_entry:
  cli
  cld
  mov esp, boot_stack_low_end
  mov esi, ebx                      ; the multiboot information: CPUID overwrites EBX
  mov edi, no_multiboot
  cmp eax, LOADER_MAGIC
  jne refuse

  mov edi, no_long_mode
  mov eax, 0x80000000
  cpuid
  cmp eax, 0x80000001
  jb refuse
  mov eax, 0x80000001
  cpuid
  bt edx, 29                        ; long mode
  jnc refuse

  ; Four page directories map the first 4 GiB with 2 MiB pages; one upper table leads to them from the identity, the
  ; image's and the direct map's slot alike.
  mov edi, boot_pd_physical
  mov eax, 0x83                     ; present, writable, large
  xor edx, edx
  mov ecx, 2048
.fill:
  mov [edi], eax
  mov dword [edi + 4], 0
  add eax, 0x200000
  add edi, 8
  dec ecx
  jnz .fill

  mov edi, boot_pdpt_physical
  mov eax, boot_pd_physical + 3
  mov ecx, 4
.tables:
  mov [edi], eax
  mov dword [edi + 4], 0
  add eax, 4096
  add edi, 8
  dec ecx
  jnz .tables

  mov edi, boot_pml4_physical
  mov eax, boot_pdpt_physical + 3
  mov [edi], eax
  mov [edi + 257 * 8], eax          ; the image
  mov [edi + 259 * 8], eax          ; the direct map

  mov eax, cr4
  or eax, 1 << 5                    ; PAE
  mov cr4, eax
  mov eax, boot_pml4_physical
  mov cr3, eax
  mov ecx, 0xC0000080               ; EFER
  rdmsr
  or eax, (1 << 8) | (1 << 11)      ; LME, NXE
  wrmsr
  mov eax, cr0
  and eax, ~((1 << 2) | (1 << 3))   ; EM, TS off
  or eax, (1 << 31) | (1 << 16) | (1 << 5) | (1 << 1)  ; PG, WP, NE, MP
  mov cr0, eax
  lgdt [boot_gdt_pointer]
  jmp 8:long_mode

; Prints the line at EDI on the first serial port, as it is, and on top of the screen, and stops. Without a VGA in text
; mode nothing comes of the latter: no memory is there.
refuse:
  mov dx, 0x3F8
  mov ebx, 0xB8000
.next:
  mov al, [edi]
  test al, al
  jz .stop
  out dx, al
  inc edi
  cmp al, ' '
  jb .next                          ; the line's end
  mov ah, 0x07
  mov [ebx], ax
  add ebx, 2
  jmp .next
.stop:
  hlt
  jmp .stop

bits 64
long_mode:
  xor eax, eax
  mov ds, ax
  mov es, ax
  mov ss, ax
  mov fs, ax
  mov gs, ax
  mov rsp, boot_stack_end
  mov edi, esi
  xor ebp, ebp                      ; the end of every backtrace
  mov rax, hypervisor_main
  call rax
  ud2
.end:

section .boot.data progbits alloc noexec write align=16
boot_gdt:
  dq 0
  dq 0x00AF9A000000FFFF             ; 64-bit code
boot_gdt_pointer:
  dw $ - boot_gdt - 1
  dd boot_gdt
no_multiboot: db "Apus: started by something else than a multiboot loader: expected EAX = 0x2BADB002.", 13, 10, 0
no_long_mode: db "Apus: this CPU has no long mode: expected an x86-64 processor.", 13, 10, 0
align 16
  times 64 db 0
boot_stack_low_end:

section .bss.pages nobits alloc noexec write align=4096
boot_pml4: resb 4096
boot_pdpt: resb 4096
boot_pd: resb 4 * 4096

; Each stack has an unmapped page below it: an overflow is a fault, on the double fault's own stack, not silence.
section .stacks nobits alloc noexec write align=4096
%macro stack 2
  global %1_guard, %1_end
%1_guard: resb 4096
  resb %2
%1_end:
%endmacro

stack boot_stack, 16 * 4096
stack nmi_stack, 4 * 4096
stack machine_check_stack, 4 * 4096
stack double_fault_stack, 4 * 4096

; Nothing called the entry.
section FRAME_SECTION
frame_common entry_frames, ''
frame_of entry_frames, long_mode, long_mode.end, 0
  frame_caller FRAME_RSP, 0
  frame_lost FRAME_RIP
frame_done
