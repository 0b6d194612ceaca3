; Events that instructions raise: each has to name the right instruction, by a fault the one that raised it, by a trap
; the next one; also where the handler's gate is not there.

%include "events.inc"

examine:
  expect_event 3, 0, 1, int3
  expect_event 3, 0, 1, int 3
  mov al, 0x7F
  add al, 1
  expect_event 4, 0, 1, into
  expect_event 0x30, 0, 1, int 0x30
  expect_event 1, 0, 1, int 1

  remove_gate 3
  remove_gate 4
  remove_gate 0x30
  expect_event 11, 3 * 8 + 2, 0, int3
  expect_event 11, 3 * 8 + 2, 0, int 3
  mov al, 0x7F
  add al, 1
  expect_event 11, 4 * 8 + 2, 0, into
  expect_event 11, 0x30 * 8 + 2, 0, int 0x30
  jmp passed
