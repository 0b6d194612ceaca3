; Keeps a pattern of its own in every register that the hypervisor or another guest could lose for it: general, x87,
; SSE, AVX and AVX-512 with their masks, control words, debug addresses, CR2, segment bases and system call registers.
; Between thousands of exits and switches to other guests it compares all of them. The pattern comes from the command
; line, so that each instance has one of its own.

%include "long-mode.inc"

ROUNDS equ 10000
MXCSR equ 0xFF80                    ; flush to zero, round toward zero, all exceptions masked
CONTROL_WORD equ 0x0C7F             ; round toward zero
START_INFO_CMDLINE equ 24

XCR0_X87 equ 1 << 0
XCR0_SSE equ 1 << 1
XCR0_AVX equ 1 << 2
XCR0_AVX512 equ 7 << 5

; The registers behind RDMSR, each of which takes any canonical address.
%macro each_msr 1
  %1 0xC0000082, lstar
  %1 0xC0000083, cstar
  %1 0xC0000100, fs_base
  %1 0xC0000101, gs_base
  %1 0xC0000102, kernel_gs_base
%endmacro

; Prints why and crashes the domain.
%macro changed 1
  [section .rodata]
  %%name: db %1, 0
  __?SECT?__
  mov esi, %%name
  jmp report
%endmacro

main:
  mov r15, rbx
  call seed_pattern
  call make_pattern
  call enable_vectors
  mov esi, greeting
  call print
  mov eax, [enabled]
  call print_number
  mov esi, line_feed
  call print
  call load_vectors
  call point_x87
  call load_system

  mov dword [round], ROUNDS
.round:
  call load_general
  ; Exits that change no register; the odd rounds yield to the other guests, which use RAX, RDI and RSI.
  test byte [round], 1
  jnz .yield
  out 0x80, al
  out 0x80, al
  cmp rax, [general + 0 * 8]
  jne .general
  cmp rdi, [general + 4 * 8]
  jne .general
  cmp rsi, [general + 5 * 8]
  jne .general
  jmp .compare
.yield:
  push rdi
  push rsi
  mov edi, SCHEDOP_YIELD
  xor esi, esi
  call hypercall_page + SCHED_OP * 32
  pop rsi
  pop rdi
.compare:
  cmp rbx, [general + 1 * 8]
  jne .general
  cmp rcx, [general + 2 * 8]
  jne .general
  cmp rdx, [general + 3 * 8]
  jne .general
  cmp rbp, [general + 6 * 8]
  jne .general
%assign index 8
%rep 8
  cmp r %+ index, [general + index * 8]
  jne .general
  %assign index index + 1
%endrep
  call compare_vectors
  call compare_x87_pointer
  call compare_system
  dec dword [round]
  jnz .round

  mov esi, success
  call print
  mov eax, ROUNDS
  call print_number
  mov esi, rounds
  call print
  xor edi, edi
  jmp shutdown

.general:
  changed "a general register"

; Prints that the state named at RSI has changed, and in which round.
report:
  push rsi
  mov esi, failure
  call print
  pop rsi
  call print
  mov esi, in_round
  call print
  mov eax, ROUNDS
  sub eax, [round]
  call print_number
  mov esi, line_feed
  call print
  mov edi, 3
  jmp shutdown

; ---- The pattern ----

; Makes the command line's bytes into the generator's first state (FNV-1a).
seed_pattern:
  mov rax, 0xCBF29CE484222325
  mov rcx, 0x100000001B3
  mov rsi, [r15 + START_INFO_CMDLINE]
  test rsi, rsi
  jz .end
.next:
  movzx edx, byte [rsi]
  test edx, edx
  jz .end
  xor rax, rdx
  imul rax, rcx
  inc rsi
  jmp .next
.end:
  mov [state], rax
  and eax, 15
  shl eax, 6
  mov [operand_offset], eax
  ret

; The next 64 bits of an xorshift generator in RAX.
random:
  mov rax, [state]
  mov rdx, rax
  shl rdx, 13
  xor rax, rdx
  mov rdx, rax
  shr rdx, 7
  xor rax, rdx
  mov rdx, rax
  shl rdx, 17
  xor rax, rdx
  mov [state], rax
  ret

make_pattern:
  mov edi, pattern
  mov ecx, (pattern_end - pattern) / 8
.next:
  call random
  stosq
  dec ecx
  jnz .next
  ; Normal numbers for the x87, so that a load and a store keep each bit: the integer bit set, a middle exponent.
  mov edi, x87
  mov ecx, 8
.number:
  or byte [rdi + 7], 0x80
  and word [rdi + 8], 0xBFFF
  or word [rdi + 8], 0x2000
  add edi, 16
  dec ecx
  jnz .number
  ; Canonical addresses of the lower half for what must be one.
  mov edi, system
  mov ecx, (system_end - system) / 8
.address:
  shr qword [rdi], 17
  add edi, 8
  dec ecx
  jnz .address
  ret

; ---- What the processor has ----

; Turns on what CPUID offers of x87, SSE, AVX and AVX-512, and notes it in `enabled` as bits of XCR0.
enable_vectors:
  mov dword [enabled], XCR0_X87 | XCR0_SSE
  mov eax, 1
  cpuid
  bt ecx, 26                        ; XSAVE
  jnc .end
  mov rax, cr4
  or eax, 1 << 18                   ; OSXSAVE
  mov cr4, rax
  mov eax, 0xD
  xor ecx, ecx
  cpuid
  mov ecx, eax
  and ecx, XCR0_AVX512
  cmp ecx, XCR0_AVX512
  je .known
  and eax, ~XCR0_AVX512
.known:
  and eax, XCR0_X87 | XCR0_SSE | XCR0_AVX | XCR0_AVX512
  mov [enabled], eax
  xor ecx, ecx
  xor edx, edx
  xsetbv
.end:
  ret

; ---- Loading ----

load_general:
%assign index 8
%rep 8
  mov r %+ index, [general + index * 8]
  %assign index index + 1
%endrep
  mov rax, [general + 0 * 8]
  mov rbx, [general + 1 * 8]
  mov rcx, [general + 2 * 8]
  mov rdx, [general + 3 * 8]
  mov rdi, [general + 4 * 8]
  mov rsi, [general + 5 * 8]
  mov rbp, [general + 6 * 8]
  ret

load_vectors:
  fninit
  fldcw [control_word]
  ldmxcsr [mxcsr]
%assign index 7
%rep 8
  fld tword [x87 + index * 16]
  %assign index index - 1
%endrep
  test dword [enabled], XCR0_AVX512
  jnz .zmm
  test dword [enabled], XCR0_AVX
  jnz .ymm
%assign index 0
%rep 16
  movdqu xmm %+ index, [vectors + index * 64]
  %assign index index + 1
%endrep
  ret
.ymm:
%assign index 0
%rep 16
  vmovdqu ymm %+ index, [vectors + index * 64]
  %assign index index + 1
%endrep
  ret
.zmm:
%assign index 0
%rep 32
  vmovdqu64 zmm %+ index, [vectors + index * 64]
  %assign index index + 1
%endrep
  ; Sixteen bits a mask register are AVX-512F, which is there wherever its state is.
%assign index 0
%rep 8
  kmovw k %+ index, [masks + index * 2]
  %assign index index + 1
%endrep
  ret

%macro write_msr 2
  mov ecx, %1
  mov eax, [%2]
  mov edx, [%2 + 4]
  wrmsr
%endmacro

load_system:
  each_msr write_msr
  mov rax, [cr2_value]
  mov cr2, rax
%assign index 0
%rep 4
  mov rax, [debug_addresses + index * 8]
  mov dr %+ index, rax
  %assign index index + 1
%endrep
  ret

; Has the x87 point to an operand at an address that no other instance uses.
point_x87:
  mov eax, [operand_offset]
  fst dword [operands + rax]
  ret

; ---- Comparing ----

; The x87 operand pointer is not another guest's. Some processors lose it, as they may; so it is renewed.
compare_x87_pointer:
  fnstenv [saved]
  mov eax, [saved + 20]
  sub eax, operands
  cmp eax, 16 * 64
  jae .end
  cmp eax, [operand_offset]
  jne .another
.end:
  jmp point_x87
.another:
  changed "the x87 operand pointer to another guest's"

compare_vectors:
  fxsave64 [saved]
  mov ax, [saved]
  cmp ax, CONTROL_WORD
  jne .control
  mov eax, [saved + 24]
  cmp eax, MXCSR
  jne .mxcsr
  xor ecx, ecx
.number:
  mov rax, [saved + 32 + rcx]
  cmp rax, [x87 + rcx]
  jne .x87
  mov ax, [saved + 32 + rcx + 8]
  cmp ax, [x87 + rcx + 8]
  jne .x87
  add ecx, 16
  cmp ecx, 8 * 16
  jb .number

  mov edx, 64                       ; bytes of each vector register
  mov ebx, 32                       ; vector registers
  test dword [enabled], XCR0_AVX512
  jnz .zmm
  mov edx, 32
  mov ebx, 16
  test dword [enabled], XCR0_AVX
  jnz .ymm
  mov edx, 16
%assign index 0
%rep 16
  movdqu [saved + index * 64], xmm %+ index
  %assign index index + 1
%endrep
  jmp .vectors
.ymm:
%assign index 0
%rep 16
  vmovdqu [saved + index * 64], ymm %+ index
  %assign index index + 1
%endrep
  jmp .vectors
.zmm:
%assign index 0
%rep 8
  kmovw [saved + index * 2], k %+ index
  %assign index index + 1
%endrep
  mov rax, [saved]
  cmp rax, [masks]
  jne .mask
  mov rax, [saved + 8]
  cmp rax, [masks + 8]
  jne .mask
%assign index 0
%rep 32
  vmovdqu64 [saved + index * 64], zmm %+ index
  %assign index index + 1
%endrep
.vectors:
  mov r8d, saved
  mov r9d, vectors
.vector:
  mov esi, r8d
  mov edi, r9d
  mov ecx, edx
  shr ecx, 3
  repe cmpsq
  jne .different
  add r8d, 64
  add r9d, 64
  dec ebx
  jnz .vector
  ret
.control:
  changed "the x87 control word"
.mxcsr:
  changed "MXCSR"
.x87:
  changed "an x87 register"
.mask:
  changed "an AVX-512 mask register"
.different:
  changed "a vector register"

%macro compare_msr 2
  mov ecx, %1
  rdmsr
  cmp eax, [%2]
  jne .msr
  cmp edx, [%2 + 4]
  jne .msr
%endmacro

compare_system:
  each_msr compare_msr
  mov rax, cr2
  cmp rax, [cr2_value]
  jne .cr2
%assign index 0
%rep 4
  mov rax, dr %+ index
  cmp rax, [debug_addresses + index * 8]
  jne .debug
  %assign index index + 1
%endrep
  ret
.msr:
  changed "a system call register or segment base"
.cr2:
  changed "CR2"
.debug:
  changed "a debug register"

section .rodata progbits alloc noexec nowrite align=16
control_word: dw CONTROL_WORD
align 4
mxcsr: dd MXCSR
greeting: db "register-state: holding a pattern in all state of XCR0 = ", 0
success: db "register-state: kept everything over ", 0
rounds: db " rounds", 10, 0
failure: db "register-state: lost ", 0
in_round: db " in round ", 0
line_feed: db 10, 0

section .bss nobits alloc noexec write align=4096
saved: resb 32 * 64
pattern:
vectors: resb 32 * 64
x87: resb 8 * 16
masks: resb 8 * 2
general: resq 16
system:
lstar: resq 1
cstar: resq 1
fs_base: resq 1
gs_base: resq 1
kernel_gs_base: resq 1
cr2_value: resq 1
debug_addresses: resq 4
system_end:
pattern_end:
state: resq 1
alignb 64
operands: resb 16 * 64
operand_offset: resd 1
enabled: resd 1
round: resd 1
