; A bare multiboot kernel for the tests of the rig: it greets on COM1, echoes a line in capitals, and leaves by
; QEMU's isa-debug-exit device and by Bochs' port 0x8900. Its command line is printed too.

bits 32
org 0x100000

MAGIC equ 0x1BADB002
FLAGS equ 1 << 16                 ; the address fields are valid

COM1 equ 0x3F8
LINE_CONTROL equ COM1 + 3
EIGHT_BITS equ 3                  ; the register is zero, five bits, after a reset
LINE_STATUS equ COM1 + 5
DATA_READY equ 1 << 0
TRANSMIT_EMPTY equ 1 << 5
DEBUG_EXIT equ 0xF4
EXIT_VALUE equ 0x21               ; QEMU ends with 2 * 0x21 + 1
BOCHS_SHUTDOWN equ 0x8900

header:
  dd MAGIC, FLAGS, -(MAGIC + FLAGS)
  dd header, header, file_end, file_end, entry

entry:
  mov esp, 0x90000
  mov ebp, ebx                    ; the multiboot information
  mov dx, LINE_CONTROL
  mov al, EIGHT_BITS
  out dx, al
  mov esi, greeting
  call print
  mov esi, [ebp + 16]             ; the command line
  call print
  mov esi, modules
  call print
  mov al, [ebp + 20]              ; the number of modules, of one digit
  add al, '0'
  call put
  mov esi, prompt
  call print
.key:
  call get
  cmp al, 13
  je .leave
  and al, 0xDF
  call put
  jmp .key
.leave:
  mov esi, farewell
  call print
  mov esi, shutdown
  mov dx, BOCHS_SHUTDOWN
  mov ecx, shutdown_end - shutdown
  cld
  rep outsb
  mov eax, EXIT_VALUE
  mov dx, DEBUG_EXIT
  out dx, eax
.halt:
  hlt
  jmp .halt

; Prints the zero-terminated text at ESI.
print:
  lodsb
  test al, al
  jz .done
  call put
  jmp print
.done:
  ret

; Prints AL.
put:
  mov ah, al
  mov dx, LINE_STATUS
.wait:
  in al, dx
  test al, TRANSMIT_EMPTY
  jz .wait
  mov al, ah
  mov dx, COM1
  out dx, al
  ret

; Waits for a key and returns it in AL.
get:
  mov dx, LINE_STATUS
.wait:
  in al, dx
  test al, DATA_READY
  jz .wait
  mov dx, COM1
  in al, dx
  ret

greeting: db "probe: ", 0
modules: db 13, 10, "modules: ", 0
prompt: db 13, 10, "> ", 0
farewell: db 13, 10, "bye", 13, 10, 0
shutdown: db "Shutdown"
shutdown_end:

file_end:
