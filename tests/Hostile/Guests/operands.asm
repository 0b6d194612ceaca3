; Operands in memory that an exit has to be answered for: across two pages of which one is no memory, with rights on one
; page only, with bit numbers beyond the operand. Each is compared with what a processor does; the first that is not
; alike is named, and the domain crashes.

%include "long-mode.inc"

HOLE equ 0xF0000000                 ; a guest-physical address where there is nothing
WINDOW equ 0x100000000              ; linear: 4 KiB pages of our own
APIC equ 0xFEE00000
TASK_PRIORITY equ 0x80
SPURIOUS equ 0xF0

%macro expect 3                     ; value, what it has to be, name
  mov rax, %1
  mov rdx, %2
  mov esi, %%name
  cmp rax, rdx
  jne wrong
  [section .rodata]
  %%name: db %3, 10, 0
  __?SECT?__
%endmacro

%macro expect_fault 3               ; linear address, error code, name
  expect [fault_address], %1, %3
  expect [fault_code], %2, %3
%endmacro

main:
  lidt [interrupts_pointer]
  mov eax, page_fault
  mov [interrupts + 14 * 16], ax
  shr eax, 16
  mov [interrupts + 14 * 16 + 6], ax
  mov rax, cr0
  or eax, 1 << 16                   ; WP
  mov cr0, rax
  ; The window: page 0 to the hole, page 1 to `right`, page 2 to `left`, page 3 to the hole, page 4 to `left`, page 5 to
  ; `right` for reading only, page 6 to nothing.
  mov dword [page_directory_pointers + 4 * 8], window_directory + 3
  mov dword [window_directory], window_table + 3
  mov eax, HOLE + 3
  mov [window_table + 0 * 8], rax
  mov [window_table + 3 * 8], rax
  mov dword [window_table + 1 * 8], right + 3
  mov dword [window_table + 2 * 8], left + 3
  mov dword [window_table + 4 * 8], left + 3
  mov dword [window_table + 5 * 8], right + 1
  mov rbx, WINDOW
  mov r8d, APIC

  ; From nothing into memory.
  mov rax, 0x8877665544332211
  mov [rbx + 0xFFC], rax
  expect [right], 0x88776655, "MOV did not write the memory behind a hole"
  mov rax, [rbx + 0xFFC]
  expect rax, 0x88776655FFFFFFFF, "MOV did not read the memory behind a hole"
  lock add qword [rbx + 0xFFC], 1   ; all ones and 1: the carry goes on
  expect [right], 0x88776656, "LOCK ADD did not reach the memory behind a hole"

  ; From memory into nothing.
  mov rax, 0x1817161514131211
  mov [rbx + 0x2FFC], rax
  expect [left + 0xFF8], 0x1413121100000000, "MOV did not write the memory before a hole"
  lea rsi, [rbx + 0x2FFC]
  mov edi, buffer
  movsq
  expect [buffer], 0xFFFFFFFF14131211, "MOVS did not read the memory before a hole"
  mov esi, string
  lea rdi, [rbx + 0x2FFC]
  movsq
  expect [left + 0xFF8], 0x0403020100000000, "MOVS did not write the memory before a hole"

  ; From memory into what may not be written, and into what is not there: all or nothing.
  lea rsi, [rbx + 0x3000]           ; a source that exits, and reads as ones
  lea rdi, [rbx + 0x4FFC]
  mov r9, rdi
  movsq
  expect_fault WINDOW + 0x5000, 3, "MOVS across a read-only page: not the fault of its second page"
  expect rdi, r9, "MOVS went on over a fault"
  expect [left + 0xFF8], 0x0403020100000000, "MOVS wrote the first of two pages"
  lea rdi, [rbx + 0x5FFC]
  mov dword [window_table + 5 * 8], right + 3
  invlpg [rbx + 0x5000]
  movsq
  expect_fault WINDOW + 0x6000, 2, "MOVS into a missing page: not the fault of its second page"

  ; A port's string: no page is written in half, and the fault is the page's.
  mov dx, 0x80
  lea rdi, [rbx + 0x5FFE]
  mov dword [right + 0xFFC], 0
  insd
  expect_fault WINDOW + 0x6000, 2, "INS into a missing page: not the fault of its second page"
  expect [right + 0xFF8], 0, "INS wrote the first of two pages"

  ; Bits: far from the operand, where the local APIC's register is; and in it.
  mov dword [r8 + SPURIOUS], 0xFF
  mov eax, (SPURIOUS + 0x1000) * 8 + 8
  mov ecx, APIC - 0x1000
  bts [rcx], eax
  setc [buffer]
  expect [r8 + SPURIOUS], 0x1FF, "BTS did not set a bit of the local APIC"
  mov eax, -0x1000 * 8 + SPURIOUS * 8 + 8
  mov ecx, APIC + 0x1000
  btr [rcx], eax
  setc [buffer + 1]
  expect [r8 + SPURIOUS], 0xFF, "BTR did not clear a bit of the local APIC"
  mov ecx, APIC + SPURIOUS
  btc dword [rcx], 8
  bt dword [rcx], 8
  setc [buffer + 2]
  mov byte [buffer + 3], 0
  mov dword [buffer + 4], 0
  expect [buffer], 0x10100, "the bits before were not told"
  mov eax, 0x1FF
  mov edx, 0x1F0
  lock cmpxchg [rcx], edx
  expect [r8 + SPURIOUS], 0x1F0, "CMPXCHG did not change a register of the local APIC"
  mov dword [r8 + TASK_PRIORITY], 2
  shl dword [r8 + TASK_PRIORITY], 4
  expect [r8 + TASK_PRIORITY], 0x20, "SHL did not change a register of the local APIC"
  movbe eax, [rcx]
  expect rax, 0xF0010000, "MOVBE did not read a register of the local APIC"
  mov edi, HOLE
  mov ecx, 16
  mov al, 0
  repne scasb
  expect rcx, 0, "SCAS did not go through a hole"

  mov esi, success
  call print
  xor edi, edi
  jmp shutdown

wrong:
  push rsi
  mov esi, failure
  call print
  pop rsi
  call print
  mov edi, 3
  jmp shutdown

; Notes what #PF says and goes on behind the instruction, which is MOVSQ, of two bytes, or INSD, of one.
page_fault:
  pop qword [fault_code]
  push rax
  mov rax, cr2
  mov [fault_address], rax
  mov rax, [rsp + 8]
  cmp byte [rax], 0x48
  sete al
  movzx eax, al
  inc eax
  add [rsp + 8], rax
  pop rax
  iretq

section .data progbits alloc noexec write align=16
interrupts:
  times 14 dq 0, 0
  dw 0, 8                           ; #PF; the handler's address is filled in
  db 0, 0x8E
  dw 0
  dq 0
interrupts_pointer:
  dw $ - interrupts - 1
  dd interrupts, 0
align 8
string: db 1, 2, 3, 4, 5, 6, 7, 8

section .rodata progbits alloc noexec nowrite align=16
success: db "operands: all as on a processor", 10, 0
failure: db "operands: FAIL ", 0

section .bss nobits alloc noexec write align=4096
window_directory: resb 4096
window_table: resb 4096
left: resb 4096
right: resb 4096
buffer: resq 1
fault_address: resq 1
fault_code: resq 1
