; Moves its stack to a frame that it granted to itself for reading: no handler can be called there but that of double
; faults, which has a stack of its own, and is to say so.

%include "long-mode.inc"

MEMORY_OP equ 12
XENMEM_ADD_TO_PHYSMAP equ 7
GRANT_TABLE_OP equ 20
GNTTABOP_MAP_GRANT_REF equ 0
TABLE equ 0x10000000                ; guest-physical, where there is no RAM
GRANTED equ 0x10001000
REFERENCE equ 8

main:
  lgdt [own_descriptors_pointer]
  mov eax, task
  mov [own_descriptors + 16 + 2], ax
  shr eax, 16
  mov [own_descriptors + 16 + 4], al
  mov [own_descriptors + 16 + 7], ah
  mov eax, 16
  ltr ax
  mov eax, stack_end
  mov [task + 36], rax              ; IST1
  mov eax, double_fault
  mov edi, handlers + 8 * 16
  call set_gate
  mov byte [handlers + 8 * 16 + 4], 1
  mov eax, unexpected
  mov edi, handlers + 13 * 16
  call set_gate
  mov edi, handlers + 3 * 16
  call set_gate
  lidt [handlers_pointer]

  mov edi, XENMEM_ADD_TO_PHYSMAP
  mov esi, place
  call hypercall_page + MEMORY_OP * 32
  test rax, rax
  jnz refused
  ; Its own number is in the map request: the second guest of the test.
  mov ebx, TABLE + REFERENCE * 8
  mov ax, [request_domain]
  mov [rbx + 2], ax
  mov eax, frame
  shr eax, 12
  mov [rbx + 4], eax
  mov word [rbx], 1 | 4             ; permit access, for reading
  mov edi, GNTTABOP_MAP_GRANT_REF
  mov esi, request
  mov edx, 1
  call hypercall_page + GRANT_TABLE_OP * 32
  cmp word [request_status], 0
  jne refused
  mov esp, GRANTED + 0x800
  mov rax, [rsp]                    ; can be read
  int3
unexpected:
  ud2

double_fault:
  mov esi, reached
  call print
  xor edi, edi
  jmp shutdown
refused:
  mov esi, not_mapped
  call print
  mov edi, 3
  jmp shutdown

; A gate at RDI for the handler EAX.
set_gate:
  mov [rdi], ax
  mov word [rdi + 2], 8
  mov word [rdi + 4], 0x8E00
  mov ecx, eax
  shr ecx, 16
  mov [rdi + 6], cx
  ret

section .data progbits alloc noexec write align=16
own_descriptors:
  dq 0
  dq 0x00AF9A000000FFFF
  dq 0x0000890000000067
  dq 0
own_descriptors_pointer:
  dw $ - own_descriptors - 1
  dd own_descriptors, 0
handlers_pointer:
  dw 32 * 16 - 1
  dd handlers, 0
reached: db "read-only-stack: a double fault, as it should be", 10, 0
not_mapped: db "read-only-stack: the grant was refused", 10, 0
align 8
place:
  dw 0x7FF0, 0                      ; DOMID_SELF
  dd 1                              ; XENMAPSPACE_grant_table
  dq 0, TABLE >> 12
request:
  dq GRANTED
  dd 2 | 4, REFERENCE               ; host map, read-only
request_domain: dw 2
request_status: dw 0
  dd 0
  dq 0
align 16
handlers: times 32 * 16 db 0
task: times 104 db 0

section .bss
alignb 4096
frame: resb 4096
