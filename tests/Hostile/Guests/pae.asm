; Instructions that exit, with PAE paging: their bytes have to be read through the guest's tables, in the first of which
; some processors mark an entry as used.

%include "protected.inc"

main:
  mov edi, directories
  mov eax, 0x83                     ; present, writable, 2 MiB
  mov ecx, 2048
.page:
  mov [edi], eax
  add eax, 0x200000
  add edi, 8
  dec ecx
  jnz .page
  mov edi, pointers
  mov eax, directories + 1
  mov ecx, 4
.directory:
  mov [edi], eax
  add eax, 4096
  add edi, 8
  dec ecx
  jnz .directory
  mov eax, cr4
  or eax, 1 << 5
  mov cr4, eax
  mov eax, pointers
  mov cr3, eax
  mov eax, cr0
  or eax, 1 << 31
  mov cr0, eax
  mov ecx, 0xC0000080               ; EFER
  rdmsr
  wrmsr
  wbinvd
  jmp passed

section .bss
alignb 4096
directories: resb 4 * 4096
pointers: resb 32

section .text
