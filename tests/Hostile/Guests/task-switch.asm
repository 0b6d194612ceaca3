; Tasks that the processor switches: by JMP, CALL and IRET, by task gates for INT n and for exceptions with an error code,
; to a task that can't be loaded, to other page tables, and to the handler of a double fault.

%include "protected.inc"

; Members of a task-state segment.
LINK equ 0x00
TABLES equ 0x1C
ADDRESS equ 0x20
FLAGS equ 0x24
EAX_ equ 0x28
EBX_ equ 0x34
ESP_ equ 0x38
ES_ equ 0x48
CS_ equ 0x4C
SS_ equ 0x50
DS_ equ 0x54
FS_ equ 0x58
GS_ equ 0x5C
LOCAL_ equ 0x60

NESTED equ 1 << 14
AVAILABLE equ 0x89
BUSY equ 0x8B

%macro same 2+                      ; same OPERAND, OPERAND
  cmp %1, %2
  je %%right
  fail
%%right:
%endmacro

; Where the other task goes on when it is switched to next, on an empty stack.
%macro other_starts_at 1
  mov dword [other_task + ADDRESS], %1
  mov dword [other_task + FLAGS], 2
  mov dword [other_task + ESP_], other_stack_end
%endmacro

%macro task_gate 1
  mov dword [handlers + %1 * 8], OTHER_TASK << 16
  mov dword [handlers + %1 * 8 + 4], 0x8500
%endmacro

main:
  mov eax, TASK
  ltr ax
  same byte [descriptors + TASK + 5], BUSY
  mov eax, DATA
  mov [other_task + ES_], eax
  mov [other_task + SS_], eax
  mov [other_task + DS_], eax
  mov [other_task + GS_], eax
  mov dword [other_task + CS_], CODE
  mov dword [other_task + FS_], 8 | 4 ; in the local table
  mov dword [other_task + LOCAL_], LOCAL_TABLE
  mov dword [other_task + EAX_], 0x1234

  ; JMP, there and back.
  other_starts_at jumped
  clts
  mov ebx, 0x5678
  mov eax, 0x9ABC
  jmp OTHER_TASK:0
back:
  same eax, 0x9ABC
  same ebx, 0x5678
  same esp, stack_end
  str ax
  same ax, TASK
  sldt ax
  same ax, 0
  same byte [descriptors + TASK + 5], BUSY
  same byte [descriptors + OTHER_TASK + 5], AVAILABLE

  ; CALL and IRET.
  other_starts_at called
  call OTHER_TASK:0
returned:
  pushf
  pop eax
  test eax, NESTED
  jz .not_nested
  fail
.not_nested:
  same byte [descriptors + TASK + 5], BUSY
  same byte [descriptors + OTHER_TASK + 5], AVAILABLE
  same dword [other_task + ADDRESS], call_done
  test dword [other_task + FLAGS], NESTED
  jz .freed
  fail
.freed:

  ; A software interrupt by a task gate.
  task_gate 0x30
  other_starts_at interrupted
  int 0x30
interrupt_done:

  ; An exception with an error code: the handler's task has it on its stack, and repairs what raised it.
  task_gate 13
  other_starts_at faulted
  mov eax, 0xFFF8
faulting:
  mov fs, ax
repaired:
  same eax, 0xFFF8

  ; With paging, to other page tables.
  mov edi, tables
  mov ecx, 2048
  mov eax, 0x83                     ; present, writable, 4 MiB
.page:
  mov [edi], eax
  add eax, 0x400000
  add edi, 4
  dec ecx
  jnz .page
  mov dword [other_tables + 0x200 * 4], 0x83 ; 0x80000000 too is the first 4 MiB
  mov eax, cr4
  or eax, 1 << 4                    ; PSE
  mov cr4, eax
  mov eax, tables
  mov cr3, eax
  mov [task + TABLES], eax
  mov dword [other_task + TABLES], other_tables
  mov eax, cr0
  or eax, 1 << 31
  mov cr0, eax
  other_starts_at paged
  call OTHER_TASK:0
  mov eax, cr3
  same eax, tables

  ; A task whose stack can't be loaded: the exception is the new task's already, and a gate leads it back here.
  mov dword [handlers + 10 * 8], TASK << 16
  mov dword [handlers + 10 * 8 + 4], 0x8500
  other_starts_at unreachable
  mov dword [other_task + SS_], 0xFFF8
  jmp OTHER_TASK:0
  pop eax                           ; the error code
  same eax, 0xFFF8
  same esp, stack_end
  same word [task + LINK], OTHER_TASK
  str ax
  same ax, TASK
  pushf
  pop eax
  test eax, NESTED
  jnz .nested
  fail
.nested:
  push 2
  popf
  and byte [descriptors + OTHER_TASK + 5], ~2
  mov dword [other_task + SS_], DATA

  ; An exception without a handler, and the double fault's task.
  task_gate 8
  other_starts_at double_fault
  and byte [handlers + 13 * 8 + 5], 0x7F
  mov eax, 0xFFF8
  mov fs, ax
unreachable:
  fail

jumped:
  same eax, 0x1234
  same esp, other_stack_end
  str ax
  same ax, OTHER_TASK
  sldt ax
  same ax, LOCAL_TABLE
  same byte [descriptors + TASK + 5], AVAILABLE
  same byte [descriptors + OTHER_TASK + 5], BUSY
  same dword [task + ADDRESS], back
  same dword [task + EAX_], 0x9ABC
  same dword [task + EBX_], 0x5678
  same dword [fs:other_task + EAX_], 0x1234
  mov eax, cr0
  test eax, 1 << 3                  ; TS
  jnz .switched
  fail
.switched:
  pushf
  pop eax
  test eax, NESTED
  jz .not_nested
  fail
.not_nested:
  jmp TASK:0

called:
  pushf
  pop eax
  test eax, NESTED
  jnz .nested
  fail
.nested:
  same word [other_task + LINK], TASK
  same byte [descriptors + TASK + 5], BUSY
  same byte [descriptors + OTHER_TASK + 5], BUSY
  same dword [task + ADDRESS], returned
  iret
call_done:
  fail

interrupted:
  same word [other_task + LINK], TASK
  same dword [task + ADDRESS], interrupt_done
  same esp, other_stack_end
  iret
  fail

faulted:
  same dword [task + ADDRESS], faulting
  mov dword [task + ADDRESS], repaired
  same esp, other_stack_end - 4
  pop eax
  same eax, 0xFFF8
  iret
  fail

paged:
  mov eax, cr3
  same eax, other_tables
  mov eax, [other_task + EBX_]
  same eax, [0x80000000 + other_task + EBX_]
  iret
  fail

double_fault:
  same word [other_task + LINK], TASK
  pop eax
  same eax, 0
  jmp passed

section .bss
alignb 4096
tables: resb 4096
other_tables: resb 4096

section .text
