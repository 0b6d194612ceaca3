/* A guest in C, 32-bit, without any library, that uses what a kernel needs first: it takes events by a vector of its
 * own, reads the clock, is woken by a timer, grants a page, and reads what is typed on its console. The same image runs
 * on Apus and on Xen. */
#include "console.h"

enum { VECTOR = 0x40, TICKS = 3 };
static const uint64_t MILLISECOND = 1000000;

/* ---- Pages that the hypervisor puts something in the place of, and pages to share ---- */

#define PAGE __attribute__((aligned(4096)))
static volatile union { struct shared_info info; uint8_t bytes[4096]; } shared PAGE;
static volatile union { struct grant_entry_v1 entry[512]; uint8_t bytes[4096]; } grants PAGE;
static uint8_t granted[4096] PAGE;
static uint8_t copied[4096] PAGE;

static unsigned long frame(const volatile void *address) { return (unsigned long)address >> 12; }

static void fail(const char *what, long error);

/* Has something of the hypervisor's appear at a page of this guest's. */
static void place(uint32_t space, const volatile void *page, const char *what) {
  struct xen_add_to_physmap argument = {.domid = DOMID_SELF, .space = space, .idx = 0, .gpfn = frame(page)};
  long error = xen_memory_op(XENMEM_add_to_physmap, &argument);
  if (error) fail(what, error);
}

/* ---- Printing ---- */

/* Divides, 64 bits by 32, which C without a library can't; the remainder goes to *rest. */
static uint64_t divide(uint64_t value, uint32_t by, uint32_t *rest) {
  uint32_t high = (uint32_t)(value >> 32) / by, low;
  __asm__("divl %4" : "=a"(low), "=d"(*rest) : "a"((uint32_t)value), "d"((uint32_t)(value >> 32) % by), "r"(by) : "cc");
  return (uint64_t)high << 32 | low;
}

static void print_number(uint64_t value) {
  char digits[24];
  int start = sizeof digits - 1;
  uint32_t digit;
  digits[start] = 0;
  do {
    value = divide(value, 10, &digit);
    digits[--start] = (char)('0' + digit);
  } while (value);
  print(digits + start);
}

static void say(const char *what, uint64_t number, const char *unit) {
  print(what);
  print_number(number);
  print(unit);
}

static void shut_down(uint32_t reason) {
  struct sched_shutdown argument = {.reason = reason};
  for (;;) xen_sched_op(SCHEDOP_shutdown, &argument);
}

static void fail(const char *what, long error) {
  print(what);
  say(" was refused: error ", (uint64_t)-error, "\n");
  shut_down(SHUTDOWN_crash);
}

/* ---- The clock ---- */

static uint64_t time_stamp(void) {
  uint32_t low, high;
  __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
  return (uint64_t)high << 32 | low;
}

/* System time in nanoseconds. The record is written while others read it: it counts where the version is even, and the
 * same afterwards. */
static uint64_t now(void) {
  const volatile struct vcpu_time_info *record = &shared.info.vcpu_info[0].time;
  uint32_t version, multiplier;
  uint64_t delta, base;
  int shift;
  do {
    do version = record->version; while (version & 1);
    delta = time_stamp() - record->tsc_timestamp;
    base = record->system_time;
    multiplier = record->tsc_to_system_mul;
    shift = record->tsc_shift;
  } while (record->version != version);
  delta = shift < 0 ? delta >> -shift : delta << shift;
  return base + (delta >> 32) * multiplier + ((uint64_t)(uint32_t)delta * multiplier >> 32);
}

/* ---- Events ---- */

static uint32_t timer_port, console_port;
static volatile uint32_t timer_events, console_events;

/* Called by the interrupt: finds the ports that have an event. */
void upcall(void);
void upcall(void) {
  volatile struct vcpu_info *vcpu = &shared.info.vcpu_info[0];
  vcpu->evtchn_upcall_pending = 0; /* before the look: what comes later interrupts again */
  unsigned long words = __atomic_exchange_n(&vcpu->evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
  for (; words; words &= words - 1) {
    unsigned int word = (unsigned int)__builtin_ctzl(words);
    unsigned long bits = shared.info.evtchn_pending[word] & ~shared.info.evtchn_mask[word];
    __atomic_and_fetch(&shared.info.evtchn_pending[word], ~bits, __ATOMIC_SEQ_CST);
    for (; bits; bits &= bits - 1) {
      uint32_t port = word * 8 * sizeof bits + (uint32_t)__builtin_ctzl(bits);
      if (port == timer_port) timer_events++;
      if (port == console_port) console_events++;
    }
  }
}

static struct { uint16_t low, selector, flags, high; } gates[VECTOR + 1] __attribute__((aligned(8)));

static void take_events(void) {
  extern void upcall_entry(void);
  uint32_t address = (uint32_t)upcall_entry;
  struct { uint16_t limit; uint32_t base; } __attribute__((packed)) table = {sizeof gates - 1, (uint32_t)gates};
  gates[VECTOR].low = (uint16_t)address;
  gates[VECTOR].high = (uint16_t)(address >> 16);
  gates[VECTOR].selector = 8;
  gates[VECTOR].flags = 0x8E00; /* an interrupt gate of 32 bits */
  __asm__ volatile("lidt %0" : : "m"(table));
  struct xen_hvm_param argument = {.domid = DOMID_SELF, .index = HVM_PARAM_CALLBACK_IRQ,
                                   .value = XEN_CALLBACK_VECTOR(VECTOR)};
  long error = xen_hvm_op(HVMOP_set_param, &argument);
  if (error) fail("the callback", error);
}

static void unmask(uint32_t port) {
  struct evtchn_unmask argument = {.port = port};
  xen_event_channel_op(EVTCHNOP_unmask, &argument);
}

/* Sleeps until the count is another than `old`: an interrupt that comes between look and halt ends the halt. */
static void sleep_while(volatile uint32_t *count, uint32_t old) {
  for (;;) {
    __asm__ volatile("cli" : : : "memory");
    if (*count != old) break;
    __asm__ volatile("sti; hlt" : : : "memory");
  }
  __asm__ volatile("sti" : : : "memory");
}

static void sleep_until(uint64_t deadline) {
  uint32_t old = timer_events;
  long error = xen_set_timer_op(deadline);
  if (error) fail("the timer", error);
  sleep_while(&timer_events, old);
}

/* ---- What it does ---- */

static void count_ticks(void) {
  struct evtchn_bind_virq argument = {.virq = VIRQ_TIMER, .vcpu = 0};
  long error = xen_event_channel_op(EVTCHNOP_bind_virq, &argument);
  if (error) fail("VIRQ_TIMER", error);
  timer_port = argument.port;
  unmask(timer_port);
  uint64_t start = now();
  for (int tick = 1; tick <= TICKS; tick++) sleep_until(start + 100 * MILLISECOND * (uint64_t)tick);
  uint32_t rest;
  say("timer: ", timer_events, " events");
  say(" in ", divide(now() - start, MILLISECOND, &rest), " ms\n");
}

/* This domain's number, by CPUID; a table entry must name it. */
static uint16_t own_domain(void) {
  uint32_t eax = XEN_CPUID_LEAF_FEATURES, ebx, ecx = 0, edx;
  __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
  return (uint16_t)ecx;
}

/* Grants a page to this domain itself, and has the hypervisor copy from it by the grant. */
static void share_page(void) {
  static const char text[] = "a granted page";
  uint32_t reference = GNTTAB_NR_RESERVED_ENTRIES;
  for (uint32_t i = 0; i < sizeof text; i++) granted[i] = (uint8_t)text[i];
  place(XENMAPSPACE_grant_table, &grants, "the grant table");
  grants.entry[reference].domid = own_domain();
  grants.entry[reference].frame = frame(granted);
  grants.entry[reference].flags = GTF_permit_access | GTF_readonly; /* last: it makes the entry valid */
  struct gnttab_copy copy = {.source_u = reference, .source_domid = own_domain(), .dest_u = frame(copied),
                             .dest_domid = DOMID_SELF, .len = sizeof text, .flags = GNTCOPY_source_gref};
  long error = xen_grant_table_op(GNTTABOP_copy, &copy, 1);
  if (error) fail("the copy", error);
  if (copy.status != GNTST_okay) fail("the grant", copy.status);
  grants.entry[reference].flags = GTF_invalid;
  print("grant: copied \"");
  print((const char *)copied);
  print("\"\n");
}

/* One byte that was typed, or -1. */
static int read_byte(void) {
  volatile struct xencons_interface *ring = console_port ? console_ring() : 0;
  uint8_t byte;
  if (!ring) return xen_console_io(CONSOLEIO_read, 1, &byte) == 1 ? byte : -1;
  uint32_t consumer = ring->in_cons;
  if (ring->in_prod == consumer) return -1;
  byte = ring->in[consumer % sizeof ring->in];
  ring->in_cons = consumer + 1;
  notify(console_port); /* there is room again */
  return byte;
}

/* Reads a line, for ten seconds at most. */
static void read_line(void) {
  char line[80];
  uint32_t length = 0;
  uint64_t end = now() + 10000 * MILLISECOND;
  console_port = (uint32_t)parameter(HVM_PARAM_CONSOLE_EVTCHN);
  if (console_port) unmask(console_port);
  print("type a line\n");
  while (now() < end && length < sizeof line - 1) {
    int byte = read_byte();
    if (byte == '\n' || byte == '\r') break;
    if (byte >= 0) line[length++] = (char)byte;
    else sleep_until(now() + 50 * MILLISECOND);
  }
  line[length] = 0;
  print(length ? "input: " : "nothing was typed");
  print(line);
  print("\n");
  if (console_port) say("console: ", console_events, " events\n");
}

void events(const struct hvm_start_info *start);
void events(const struct hvm_start_info *start) {
  uint32_t rest;
  if (start->magic != XEN_HVM_START_MAGIC_VALUE) shut_down(SHUTDOWN_crash);
  say("start info of version ", start->version, "\n");
  take_events();
  place(XENMAPSPACE_shared_info, &shared, "shared_info");
  __asm__ volatile("sti");
  say("clock: ", divide(now(), MILLISECOND, &rest), " ms since the hypervisor's start\n");
  count_ticks();
  share_page();
  read_line();
  shut_down(SHUTDOWN_poweroff);
}
