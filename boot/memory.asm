; What the compiler calls for copies and fills. In assembly, since a compiler turns a loop that copies into a call of
; the copy. Eight bytes at a time: each repetition counts as an instruction under an emulator's count.

bits 64
default rel
global memcpy, memmove, memset, memcmp

section .text.hot progbits alloc exec nowrite align=16

memcpy:                             ; (RDI to, RSI from, RDX count) -> RAX to
  mov rax, rdi
  mov rcx, rdx
  shr rcx, 3
  rep movsq
  mov ecx, edx
  and ecx, 7
  rep movsb
  ret

memmove:
  mov rcx, rdi
  sub rcx, rsi
  cmp rcx, rdx
  jae memcpy                        ; no overlap, or the target lies lower
  mov rax, rdi
  lea rdi, [rdi + rdx - 1]          ; from the end downwards: what is left over of words first
  lea rsi, [rsi + rdx - 1]
  mov ecx, edx
  and ecx, 7
  std
  rep movsb
  sub rdi, 7
  sub rsi, 7
  mov rcx, rdx
  shr rcx, 3
  rep movsq
  cld
  ret

memset:                             ; (RDI to, ESI byte, RDX count) -> RAX to
  mov r8, rdi
  movzx eax, sil
  mov rcx, 0x0101010101010101
  imul rax, rcx
  mov rcx, rdx
  shr rcx, 3
  rep stosq
  mov ecx, edx
  and ecx, 7
  rep stosb
  mov rax, r8
  ret

memcmp:                             ; (RDI, RSI, RDX count) -> EAX
  xor eax, eax
  xor ecx, ecx
.next:
  cmp rcx, rdx
  je .done
  movzx eax, byte [rdi + rcx]
  movzx r8d, byte [rsi + rcx]
  inc rcx
  sub eax, r8d
  jz .next
.done:
  ret
