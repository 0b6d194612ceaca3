/* A guest in C, 32-bit, without any library: it says hello and powers off.
 *
 * It starts as a PVH kernel does: 32-bit protected mode, paging off, EBX at the start info. A note of type 18 tells the
 * loader where. */
#include "console.h"

__asm__(
    ".pushsection .note.Xen, \"a\", @note\n"
    "  .balign 4\n"
    "  .long 4, 4, 18\n" /* sizes of name and descriptor; XEN_ELFNOTE_PHYS32_ENTRY */
    "  .asciz \"Xen\"\n"
    "  .long pvh_entry\n"
    ".popsection\n"
    ".pushsection .text\n"
    "  .globl pvh_entry\n"
    "pvh_entry:\n"
    "  cld\n"
    "  mov $stack + 4096, %esp\n"
    "  call hello\n"
    ".popsection\n");

uint8_t stack[4096] __attribute__((aligned(16)));

void hello(void);
void hello(void) {
  struct sched_shutdown end = {.reason = SHUTDOWN_poweroff};
  print("Hello from a 32-bit guest in C.\n");
  xen_sched_op(SCHEDOP_shutdown, &end);
  for (;;) __asm__ volatile("cli; hlt");
}
