/* A guest's console, in C without any library: the hypervisor's own where that is allowed (to domain 0), else the ring
 * that domain 0 reads. With paging off, an address is a guest-physical one. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "abi.h"

/* A parameter of this domain; 0 where there is none. */
static uint64_t parameter(uint32_t index) {
  struct xen_hvm_param argument = {.domid = DOMID_SELF, .index = index};
  return xen_hvm_op(HVMOP_get_param, &argument) == 0 ? argument.value : 0;
}

static void notify(uint32_t port) {
  struct evtchn_send argument = {.port = port};
  xen_event_channel_op(EVTCHNOP_send, &argument);
}

/* The ring; a null pointer where there is none. Frame 0 is none. */
static volatile struct xencons_interface *console_ring(void) {
  return (volatile struct xencons_interface *)(uintptr_t)(parameter(HVM_PARAM_CONSOLE_PFN) << 12);
}

static void write_ring(const char *text, uint32_t length) {
  volatile struct xencons_interface *ring = console_ring();
  uint32_t port = (uint32_t)parameter(HVM_PARAM_CONSOLE_EVTCHN);
  if (!ring) return;
  for (uint32_t i = 0; i < length; i++) {
    while (ring->out_prod - ring->out_cons >= sizeof ring->out) {
      notify(port);
      xen_sched_op(SCHEDOP_yield, 0);
    }
    /* The byte before the index: x86 keeps the order of stores, the compiler that of volatile ones. */
    ring->out[ring->out_prod % sizeof ring->out] = (uint8_t)text[i];
    ring->out_prod++;
  }
  notify(port);
}

static void print(const char *text) {
  uint32_t length = 0;
  while (text[length]) length++;
  if (xen_console_io(CONSOLEIO_write, length, text) < 0) write_ring(text, length);
}

#endif
