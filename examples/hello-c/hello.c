/* A guest in C, 32-bit, without any library: it says hello and powers off.
 *
 * It starts as a PVH kernel does: 32-bit protected mode, paging off, EBX at the start info (public header
 * arch-x86/hvm/start_info.h). A note of type 18 tells the loader where. */
#include <stdint.h>

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

enum { CONSOLE_IO = 18, SCHED_OP = 29, EVENT_CHANNEL_OP = 32, HVM_OP = 34 };
enum { CONSOLEIO_WRITE = 0, SCHEDOP_YIELD = 0, SCHEDOP_SHUTDOWN = 2, EVTCHNOP_SEND = 4, HVMOP_GET_PARAM = 1 };
enum { HVM_PARAM_CONSOLE_PFN = 17, HVM_PARAM_CONSOLE_EVTCHN = 18, DOMID_SELF = 0x7FF0, SHUTDOWN_POWEROFF = 0 };

/* The 32-bit convention: number in EAX, arguments in EBX, ECX and EDX, result in EAX. The instruction is the
 * processor's own. */
static int hypercall(int number, uint32_t a, uint32_t b, uint32_t c) {
  uint32_t leaf = 0, vendor, ecx, edx;
  __asm__ volatile("cpuid" : "+a"(leaf), "=b"(vendor), "=c"(ecx), "=d"(edx));
  if (vendor == 0x68747541) /* "Auth": AMD */
    __asm__ volatile("vmmcall" : "+a"(number), "+b"(a), "+c"(b), "+d"(c) : : "memory");
  else
    __asm__ volatile("vmcall" : "+a"(number), "+b"(a), "+c"(b), "+d"(c) : : "memory");
  return number;
}

static uint64_t parameter(uint32_t index) {
  struct { uint16_t domain, padding; uint32_t index; uint64_t value; } argument = {DOMID_SELF, 0, index, 0};
  return hypercall(HVM_OP, HVMOP_GET_PARAM, (uint32_t)&argument, 0) == 0 ? argument.value : 0;
}

/* The console ring (public header io/console.h), in a page shared with the console's backend. */
struct ring {
  uint8_t in[1024], out[2048];
  volatile uint32_t in_consumer, in_producer, out_consumer, out_producer;
};

static void write_ring(const char *text, uint32_t length) {
  struct ring *ring = (struct ring *)(uint32_t)(parameter(HVM_PARAM_CONSOLE_PFN) << 12);
  uint32_t port = (uint32_t)parameter(HVM_PARAM_CONSOLE_EVTCHN);
  if (!ring) return;
  for (uint32_t i = 0; i < length; i++) {
    while (ring->out_producer - ring->out_consumer == sizeof ring->out) {
      hypercall(EVENT_CHANNEL_OP, EVTCHNOP_SEND, (uint32_t)&port, 0);
      hypercall(SCHED_OP, SCHEDOP_YIELD, 0, 0);
    }
    ring->out[ring->out_producer % sizeof ring->out] = (uint8_t)text[i];
    __asm__ volatile("" : : : "memory"); /* the byte before the index; x86 keeps the order of stores */
    ring->out_producer++;
  }
  hypercall(EVENT_CHANNEL_OP, EVTCHNOP_SEND, (uint32_t)&port, 0);
}

/* The hypervisor's own console is for domain 0, and for others where it is built so. */
static void print(const char *text) {
  uint32_t length = 0;
  while (text[length]) length++;
  if (hypercall(CONSOLE_IO, CONSOLEIO_WRITE, length, (uint32_t)text) < 0) write_ring(text, length);
}

void hello(void);
void hello(void) {
  uint32_t reason = SHUTDOWN_POWEROFF;
  print("Hello from a 32-bit guest in C.\n");
  hypercall(SCHED_OP, SCHEDOP_SHUTDOWN, (uint32_t)&reason, 0);
  for (;;) __asm__ volatile("cli; hlt");
}
