; An alignment check whose delivery raises the next: its handler runs in ring 3, on the stack that is not aligned
; (CVE-2015-5307).

%include "protected.inc"

main:
  set_gate 17, handler
  mov word [handlers + 17 * 8 + 2], USER_CODE | 3
  mov eax, cr0
  or eax, 1 << 18                   ; AM
  mov cr0, eax
  push USER_DATA | 3
  push stack_end - 62
  push 1 << 18 | 2                  ; AC
  push USER_CODE | 3
  push user
  iret
user:
  push eax
handler:
  jmp handler
