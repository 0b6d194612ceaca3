; Sleeps for ever, and takes next to no memory: what a crowd is made of. It maps its shared info, masks every port and
; takes back what is pending, so that nothing wakes it.

%include "pvh.inc"
  mov esp, stack.end
  ; The hypercall page (public header arch-x86/cpuid.h: leaf 0x40000002 has its MSR in EBX).
  mov eax, 0x40000002
  cpuid
  mov ecx, ebx
  mov eax, hypercall_page
  xor edx, edx
  wrmsr
  ; XENMEM_add_to_physmap (7) of hypercall 12, the shared info (space 0) at `shared_info`.
  mov eax, shared_info
  shr eax, 12
  mov [placement + 12], eax
  mov ebx, 7
  mov ecx, placement
  mov eax, hypercall_page + 12 * 32
  call eax
  test eax, eax
  jnz .fail
  ; All ports are masked, in the 32-bit layout: 1024 bits at 2176 (public header xen.h, struct shared_info).
  mov edi, shared_info + 2176
  mov eax, -1
  mov ecx, 1024 / 32
  rep stosd
  ; The first vCPU's upcall is not pending any more.
  mov byte [shared_info], 0
.sleep:
  cli
  mov byte [shared_info], 0
  sti
  hlt
  jmp .sleep
.fail:
  ud2

section .data
placement:
  dw 0x7FF0              ; DOMID_SELF
  dw 0
  dd 0                   ; XENMAPSPACE_shared_info
  dd 0
  dd 0                   ; the frame, filled in

section .bss nobits alloc noexec write align=4096
hypercall_page: resb 4096
shared_info: resb 4096
stack: resb 1024
.end:
