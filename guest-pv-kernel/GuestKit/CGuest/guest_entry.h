/// What the assembly files and the linker script of a guest define (Entry/, linker/guest.ld).
#pragma once
#define CGUEST_INLINE __attribute__((always_inline))
#include <stdbool.h>
#include <stdint.h>

extern uint64_t guestkit_start_info;
extern uint64_t guestkit_gdt[7];
extern uint8_t guestkit_tss[104];
extern uint8_t guestkit_trap_stubs[256 * 16];
extern uint8_t guestkit_ist_stacks[3 * 2 * 4096];
extern uint8_t guestkit_hypercall_page[4096];
extern uint8_t guestkit_boot_stack_guard[4096];
extern uint8_t guestkit_boot_stack_top[1];
extern uint64_t guest_fixups_start[1], guest_fixups_end[1];
extern uint8_t guest_image_start[1], guest_rodata_start[1], guest_data_start[1], guest_image_end[1];

void guestkit_syscall_entry(void);
void guestkit_user_return(void);
void guestkit_enter_user(uint64_t context);
void guestkit_probe_execute_fault(void);

bool guestkit_probe_read(uint64_t address, uint64_t *value);
bool guestkit_probe_write(uint64_t address, uint8_t value);
bool guestkit_probe_rdmsr(uint32_t number, uint64_t *value);
bool guestkit_probe_wrmsr(uint32_t number, uint64_t value);
bool guestkit_probe_execute(uint64_t address);

#define CGUEST_ADDRESS(name, object) static inline CGUEST_INLINE uint64_t name(void) { return (uint64_t)(object); }
CGUEST_ADDRESS(cguest_start_info_address, &guestkit_start_info)
CGUEST_ADDRESS(cguest_gdt, guestkit_gdt)
CGUEST_ADDRESS(cguest_tss, guestkit_tss)
CGUEST_ADDRESS(cguest_trap_stubs, guestkit_trap_stubs)
CGUEST_ADDRESS(cguest_ist_stacks, guestkit_ist_stacks)
CGUEST_ADDRESS(cguest_hypercall_page, guestkit_hypercall_page)
CGUEST_ADDRESS(cguest_boot_stack_guard, guestkit_boot_stack_guard)
CGUEST_ADDRESS(cguest_boot_stack_top, guestkit_boot_stack_top)
CGUEST_ADDRESS(cguest_syscall_entry, guestkit_syscall_entry)
CGUEST_ADDRESS(cguest_user_return, guestkit_user_return)
CGUEST_ADDRESS(cguest_probe_execute_fault, guestkit_probe_execute_fault)
CGUEST_ADDRESS(cguest_fixups_start, guest_fixups_start)
CGUEST_ADDRESS(cguest_fixups_end, guest_fixups_end)
CGUEST_ADDRESS(cguest_image_start, guest_image_start)
CGUEST_ADDRESS(cguest_rodata_start, guest_rodata_start)
CGUEST_ADDRESS(cguest_data_start, guest_data_start)
CGUEST_ADDRESS(cguest_image_end, guest_image_end)
