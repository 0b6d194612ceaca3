; Tries every bit of CR4, EFER, XCR0 and XSS, and holds what is taken against what CPUID offers: a bit whose feature is
; hidden must raise #GP. Then the MSRs that no CPUID bit announces. With the argument `xcr0` it tries XSETBV too, which
; not every emulator lets a hypervisor see.

%include "long-mode.inc"

START_INFO_CMDLINE equ 24
INVALID_OPCODE equ 6
GENERAL_PROTECTION equ 13
DEBUGCTL equ 0x1D9
XSS equ 0xDA0
EFER equ 0xC0000080

; Executes an instruction; AL is the vector of its fault, or 0.
%macro try 1+
  mov qword [resume], %%after
  mov byte [fault], 0
  %1
%%after:
  mov al, [fault]
%endmacro

; Prints why and crashes the domain.
%macro fail 1
  [section .rodata]
  %%text: db %1, 0
  __?SECT?__
  mov esi, %%text
  jmp failed
%endmacro

main:
  mov rax, [rbx + START_INFO_CMDLINE]
  mov [command_line], rax
  mov edi, INVALID_OPCODE
  mov eax, invalid_opcode
  call set_gate
  mov edi, GENERAL_PROTECTION
  mov eax, general_protection
  call set_gate
  lidt [interrupts_pointer]
  mov rax, cr0
  or eax, 1 << 16                   ; WP, without which CET can't be had anywhere
  mov cr0, rax

  call try_cr4
  call try_efer
  call try_xss
  call try_keys
  call try_xcr0
  call try_debug_control
  call try_memory_types
  call try_unlisted
  mov esi, success
  call print
  xor edi, edi
  jmp shutdown

; ---- Control registers ----

try_cr4:
  mov rax, cr4
  mov [original], rax
  mov r12d, cr4_rows
  mov r13d, cr4_rows_end
  call expected_bits
  xor r14d, r14d                    ; the bit
.next:
  mov [number], r14d
  mov rbp, [original]
  bts rbp, r14
  jc .is_set
  try mov cr4, rbp
  test al, al
  jnz .refused
  mov rcx, cr4
  mov rdx, [original]
  mov cr4, rdx
  cmp rcx, rbp
  jne .wrong
.is_set:
  bt r15, r14
  jnc .wrong
  jmp .continue
.refused:
  cmp al, GENERAL_PROTECTION
  jne .wrong
  bt r15, r14
  jc .wrong
.continue:
  inc r14d
  cmp r14d, 64
  jb .next
  mov rax, cr4
  cmp rax, [original]
  jne .wrong
  ret
.wrong:
  fail "CR4, bit "

try_efer:
  mov ecx, EFER
  rdmsr
  shl rdx, 32
  or rax, rdx
  mov [original], rax
  mov r12d, efer_rows
  mov r13d, efer_rows_end
  call expected_bits
  xor r14d, r14d
.next:
  mov [number], r14d
  mov rax, [original]
  bts rax, r14
  jc .is_set
  mov ecx, EFER
  call write_value
  test al, al
  jnz .refused
  mov rax, [original]
  mov ecx, EFER
  call write_value
.is_set:
  bt r15, r14
  jnc .wrong
  jmp .continue
.refused:
  cmp al, GENERAL_PROTECTION
  jne .wrong
  bt r15, r14
  jc .wrong
.continue:
  inc r14d
  cmp r14d, 64
  jb .next
  ret
.wrong:
  fail "EFER, bit "

; The bits whose feature is offered in R15, by the rows from R12 to R13.
expected_bits:
  xor r15d, r15d
.next:
  movzx r14d, byte [r12]
  cmp byte [r12 + 1], 4
  je .offered
  mov eax, [r12 + 4]
  xor ecx, ecx
  cpuid
  mov [answer], eax
  mov [answer + 4], ebx
  mov [answer + 8], ecx
  mov [answer + 12], edx
  movzx eax, byte [r12 + 1]
  mov eax, [answer + rax * 4]
  movzx ecx, byte [r12 + 2]
  bt eax, ecx
  jnc .hidden
.offered:
  bts r15, r14
.hidden:
  add r12d, 8
  cmp r12d, r13d
  jb .next
  ret

; There are no supervisor states, and no register to enable them.
try_xss:
  mov ecx, XSS
  mov [number], ecx
  try rdmsr
  cmp al, GENERAL_PROTECTION
  jne .wrong
  xor r14d, r14d
.next:
  xor eax, eax
  bts rax, r14
  mov ecx, XSS
  call write_value
  cmp al, GENERAL_PROTECTION
  jne .wrong
  inc r14d
  cmp r14d, 64
  jb .next
  ret
.wrong:
  fail "MSR "

; Protection keys, which no bit enables.
try_keys:
  xor eax, eax
  xor ecx, ecx
  xor edx, edx
  try db 0x0F, 0x01, 0xEF           ; WRPKRU
  cmp al, INVALID_OPCODE
  jne .wrong
  ret
.wrong:
  fail "WRPKRU, fault "

try_xcr0:
  mov rsi, [command_line]
  test rsi, rsi
  jz .end
  cmp byte [rsi], 'x'
  jne .end
  mov rax, cr4
  or eax, 1 << 18                   ; OSXSAVE
  mov cr4, rax
  mov eax, 0xD
  xor ecx, ecx
  cpuid
  mov r15d, eax                     ; what is offered
  xor ecx, ecx
  xor edx, edx
  try xsetbv
  test al, al
  jnz .wrong
  xor r14d, r14d
.next:
  mov [number], r14d
  mov rax, r15
  bts rax, r14
  jc .continue
  mov rdx, rax
  shr rdx, 32
  xor ecx, ecx
  try xsetbv
  cmp al, GENERAL_PROTECTION
  jne .wrong
.continue:
  inc r14d
  cmp r14d, 64
  jb .next
  mov esi, states
  call print
.end:
  ret
.wrong:
  fail "XCR0, bit "

; ---- MSRs without a CPUID bit ----

; Writes RAX to MSR ECX; AL is the fault.
write_value:
  mov rdx, rax
  shr rdx, 32
  try wrmsr
  ret

; DEBUGCTL is there, 0 is taken, and what no processor has is not.
try_debug_control:
  mov ecx, DEBUGCTL
  mov [number], ecx
  try rdmsr
  test al, al
  jnz .wrong
  xor eax, eax
  call write_value
  test al, al
  jnz .wrong
  mov rax, 1 << 63
  call write_value
  cmp al, GENERAL_PROTECTION
  jne .wrong
  ; Steps to branches, where they are switched; they are taken back.
  mov eax, 1 << 1
  call write_value
  xor eax, eax
  call write_value
  test al, al
  jnz .wrong
  ret
.wrong:
  fail "MSR "

; Each memory-type range register keeps what is written.
try_memory_types:
  mov ecx, 0xFE
  mov [number], ecx
  try rdmsr
  test al, al
  jnz .wrong
  mov eax, 0x508
  call write_value
  cmp al, GENERAL_PROTECTION
  jne .wrong
  mov esi, kept_registers
.next:
  mov ecx, [rsi]
  mov [number], ecx
  mov rax, [rsi + 4]
  call write_value
  test al, al
  jnz .wrong
  rdmsr
  shl rdx, 32
  or rax, rdx
  cmp rax, [rsi + 4]
  jne .wrong
  add esi, 12
  cmp esi, kept_registers_end
  jb .next
  ret
.wrong:
  fail "MSR "

; What a vendor's kernels take for granted: it reads, and takes back what was read.
try_unlisted:
  xor eax, eax
  cpuid
  mov esi, intel_registers
  mov edi, intel_registers_end
  cmp ebx, 'Genu'
  je .next
  mov esi, amd_registers
  mov edi, amd_registers_end
.next:
  mov ecx, [rsi]
  mov [number], ecx
  try rdmsr
  test al, al
  jnz .wrong
  rdmsr
  try wrmsr
  test al, al
  jnz .wrong
  add esi, 4
  cmp esi, edi
  jb .next
  ret
.wrong:
  fail "MSR "

; ---- Faults ----

; Has vector EDI go to EAX.
set_gate:
  shl edi, 4
  add edi, interrupts
  mov [rdi], ax
  mov word [rdi + 2], 8
  mov word [rdi + 4], 0x8E00
  shr eax, 16
  mov [rdi + 6], ax
  ret

general_protection:
  add rsp, 8
  mov byte [fault], GENERAL_PROTECTION
  jmp go_on
invalid_opcode:
  mov byte [fault], INVALID_OPCODE
go_on:
  push rax
  mov rax, [resume]
  mov [rsp + 8], rax
  pop rax
  iretq

; Prints what failed, by the text at RSI and the number.
failed:
  push rsi
  mov esi, failure
  call print
  pop rsi
  call print
  mov eax, [number]
  call print_number
  mov esi, line_feed
  call print
  mov edi, 3
  jmp shutdown

section .rodata progbits alloc noexec nowrite align=16
; A bit, the register of CPUID's answer (0 EAX to 3 EDX, 4 for none), the bit there, the leaf.
%macro row 4
  db %1, %3, %4, 0
  dd %2
%endmacro
cr4_rows:
  row 0, 1, 3, 1                    ; VME
  row 1, 1, 3, 1                    ; PVI
  row 2, 1, 3, 4                    ; TSD
  row 3, 1, 3, 2                    ; DE
  row 4, 1, 3, 3                    ; PSE
  row 5, 1, 3, 6                    ; PAE
  row 6, 1, 3, 7                    ; MCE
  row 7, 1, 3, 13                   ; PGE
  row 8, 0, 4, 0                    ; PCE
  row 9, 1, 3, 24                   ; OSFXSR
  row 10, 1, 3, 25                  ; OSXMMEXCPT
  row 11, 7, 2, 2                   ; UMIP
  row 13, 1, 2, 5                   ; VMXE
  row 16, 7, 1, 0                   ; FSGSBASE
  row 17, 1, 2, 17                  ; PCIDE
  row 18, 1, 2, 26                  ; OSXSAVE
  row 20, 7, 1, 7                   ; SMEP
  row 21, 7, 1, 20                  ; SMAP
  row 22, 7, 2, 3                   ; PKE
cr4_rows_end:
efer_rows:
  row 0, 0x80000001, 3, 11          ; SCE
  row 8, 0x80000001, 3, 29          ; LME
  row 10, 0x80000001, 3, 29         ; LMA
  row 11, 0x80000001, 3, 20         ; NXE
  row 12, 0x80000001, 2, 2          ; SVME
  row 14, 0x80000001, 3, 25         ; FFXSR
efer_rows_end:
; An MSR, and a value that it has not had.
%macro kept 2
  dd %1
  dq %2
%endmacro
kept_registers:
  kept 0x200, 0x10000000 | 1
  kept 0x201, 0xF0000800
  kept 0x20E, 0x20000000 | 4
  kept 0x20F, 0xFF000000
  kept 0x250, 0x0404040404040404
  kept 0x258, 0x0101010101010101
  kept 0x268, 0x0505050505050505
  kept 0x26F, 0x0000000000000006
  kept 0x2FF, 0xC06
kept_registers_end:
amd_registers:
  dd 0x8B, 0x1DB, 0x1DE, 0xC0010000, 0xC0010003, 0xC0010004, 0xC0010007, 0xC0010010, 0xC0010015, 0xC0010016
  dd 0xC0010019, 0xC001001A, 0xC001001D, 0xC001001F, 0xC0010114, 0xC0010200, 0xC001020B, 0xC0011023, 0xC0011029
amd_registers_end:
intel_registers:
  dd 0x8B, 0xC1, 0xC8, 0x186, 0x189, 0x1A0, 0x309, 0x38D, 0x390
intel_registers_end:
success: db "control-bits: everything as CPUID says", 10, 0
states: db "control-bits: extended states tried", 10, 0
failure: db "control-bits: FAIL: ", 0
line_feed: db 10, 0

section .data progbits alloc noexec write align=16
interrupts_pointer:
  dw 32 * 16 - 1
  dd interrupts, 0

section .bss nobits alloc noexec write align=16
interrupts: resb 32 * 16
resume: resq 1
original: resq 1
command_line: resq 1
answer: resd 4
number: resd 1
fault: resb 1
