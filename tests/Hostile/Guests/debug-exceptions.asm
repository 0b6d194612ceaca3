; Debug exceptions, and what DR6 says of each: INT1, a single step, a breakpoint on data, INT1 in the shadow of a MOV to
; SS, the debug registers' own guard; and INT1 without a handler.

%include "events.inc"

examine:
  expect_event 1, 0, 1, int1
  expect_status STATUS, 0
  pushf
  or dword [esp], 1 << 8            ; TF
  mov dword [resume], .stepped
  mov dword [last_vector], -1
  popf
  nop
.after_step:
  nop
  fail
.stepped:
  cmp dword [last_address], .after_step
  je .step_right
  fail
.step_right:
  expect_status STATUS, 0x4000
  mov eax, watched
  mov dr0, eax
  mov eax, 0xD0402                  ; breakpoint 0, writes of four bytes
  mov dr7, eax
  expect_event 1, 0, 1, mov [watched], eax
  expect_status STATUS, 1
  mov dword [resume], .shadowed
  mov dword [last_vector], -1
  mov eax, ss
  pushf
  or dword [esp], 1 << 8            ; a single step, which the MOV to SS holds back
  popf
  mov ss, eax
  int1
.after_int1:
  nop
  fail
.shadowed:
  cmp dword [last_address], .after_int1
  je .shadow_right
  fail
.shadow_right:
  expect_status 0, 0
  mov eax, 0x2400                   ; GD
  mov dr7, eax
  expect_event 1, 0, 0, mov eax, dr0
  expect_status STATUS, 0x2000
  remove_gate 1
  expect_event 11, 1 * 8 + 3, 0, int1
  jmp passed

section .data
align 4
watched: dd 0

section .text
