// The privileged instructions, each a function that inlines to it. Nothing here decides anything.
#pragma once
#include <stdint.h>

#define APUS_INLINE static inline __attribute__((always_inline))

// Ports (Intel SDM vol. 2, IN and OUT).
APUS_INLINE uint8_t apus_in8(uint16_t port) { uint8_t v; __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port)); return v; }
APUS_INLINE uint16_t apus_in16(uint16_t port) { uint16_t v; __asm__ volatile("inw %1, %0" : "=a"(v) : "Nd"(port)); return v; }
APUS_INLINE uint32_t apus_in32(uint16_t port) { uint32_t v; __asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port)); return v; }
APUS_INLINE void apus_out8(uint16_t port, uint8_t v) { __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port)); }
APUS_INLINE void apus_out16(uint16_t port, uint16_t v) { __asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port)); }
APUS_INLINE void apus_out32(uint16_t port, uint32_t v) { __asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port)); }

// Device registers: one access each, of the width that is written.
APUS_INLINE uint32_t apus_load32(uintptr_t address) { return *(volatile uint32_t *)address; }
APUS_INLINE void apus_store32(uintptr_t address, uint32_t v) { *(volatile uint32_t *)address = v; }
APUS_INLINE uint64_t apus_load64(uintptr_t address) { return *(volatile uint64_t *)address; }
APUS_INLINE void apus_store64(uintptr_t address, uint64_t v) { *(volatile uint64_t *)address = v; }

// Model-specific registers.
APUS_INLINE uint64_t apus_rdmsr(uint32_t msr) {
  uint32_t lo, hi;
  __asm__ volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr));
  return (uint64_t)hi << 32 | lo;
}
APUS_INLINE void apus_wrmsr(uint32_t msr, uint64_t v) {
  __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)v), "d"((uint32_t)(v >> 32)) : "memory");
}

// Time-stamp counter.
APUS_INLINE uint64_t apus_rdtsc(void) {
  uint32_t lo, hi;
  __asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
  return (uint64_t)hi << 32 | lo;
}

// Identification.
typedef struct { uint32_t eax, ebx, ecx, edx; } apus_cpuid_result;
APUS_INLINE apus_cpuid_result apus_cpuid(uint32_t leaf, uint32_t subleaf) {
  apus_cpuid_result r;
  __asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
  return r;
}

// Control and debug registers.
#define APUS_REGISTER(name, reg) \
  APUS_INLINE uint64_t apus_read_##name(void) { uint64_t v; __asm__ volatile("mov %%" #reg ", %0" : "=r"(v)); return v; } \
  APUS_INLINE void apus_write_##name(uint64_t v) { __asm__ volatile("mov %0, %%" #reg : : "r"(v) : "memory"); }
APUS_REGISTER(cr0, cr0)
APUS_REGISTER(cr2, cr2)
APUS_REGISTER(cr3, cr3)
APUS_REGISTER(cr4, cr4)
APUS_REGISTER(dr0, dr0)
APUS_REGISTER(dr1, dr1)
APUS_REGISTER(dr2, dr2)
APUS_REGISTER(dr3, dr3)
APUS_REGISTER(dr6, dr6)
APUS_REGISTER(dr7, dr7)
APUS_INLINE void apus_xsetbv(uint32_t index, uint64_t v) {
  __asm__ volatile("xsetbv" : : "c"(index), "a"((uint32_t)v), "d"((uint32_t)(v >> 32)));
}
APUS_INLINE uint64_t apus_xgetbv(uint32_t index) {
  uint32_t lo, hi;
  __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(index));
  return (uint64_t)hi << 32 | lo;
}
APUS_INLINE void apus_invlpg(uintptr_t address) { __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory"); }

// Interrupts. The window is one instruction long: what is pending is taken there.
APUS_INLINE void apus_cli(void) { __asm__ volatile("cli" : : : "memory"); }
APUS_INLINE void apus_interrupt_window(void) { __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory"); }
APUS_INLINE void apus_idle(void) { __asm__ volatile("sti\n\thlt\n\tcli" : : : "memory"); }
// INT 2 enters the NMI's handler on the NMI's own stack.
APUS_INLINE void apus_raise_nmi(void) { __asm__ volatile("int $2" : : : "memory"); }
APUS_INLINE void apus_halt(void) { __asm__ volatile("hlt" : : : "memory"); }
APUS_INLINE void apus_pause(void) { __asm__ volatile("pause"); }

// Descriptor tables: `pointer` is the address of a ten-byte operand, limit then base.
APUS_INLINE void apus_lgdt(uintptr_t pointer) { __asm__ volatile("lgdt (%0)" : : "r"(pointer) : "memory"); }
APUS_INLINE void apus_lidt(uintptr_t pointer) { __asm__ volatile("lidt (%0)" : : "r"(pointer) : "memory"); }
APUS_INLINE void apus_ltr(uint16_t selector) { __asm__ volatile("ltr %0" : : "r"(selector) : "memory"); }
// Where the tables are: what VMX loads at an exit.
typedef struct __attribute__((packed)) { uint16_t limit; uint64_t base; } apus_table_operand;
APUS_INLINE uint64_t apus_gdt_base(void) { apus_table_operand v; __asm__ volatile("sgdt %0" : "=m"(v)); return v.base; }
APUS_INLINE uint64_t apus_idt_base(void) { apus_table_operand v; __asm__ volatile("sidt %0" : "=m"(v)); return v.base; }
APUS_INLINE uint16_t apus_task_selector(void) { uint16_t v; __asm__ volatile("str %0" : "=r"(v)); return v; }
APUS_INLINE void apus_load_segments(uint16_t code, uint16_t data) {
  __asm__ volatile(
      "pushq %q0\n\tleaq 1f(%%rip), %%rax\n\tpushq %%rax\n\tlretq\n1:\n\t"
      "mov %1, %%ds\n\tmov %1, %%es\n\tmov %1, %%ss\n\tmov %1, %%fs\n\tmov %1, %%gs"
      : : "r"((uint64_t)code), "r"(data) : "rax", "memory");
}
APUS_INLINE uint64_t apus_read_gs(uintptr_t offset) {
  uint64_t v; __asm__ volatile("mov %%gs:(%1), %0" : "=r"(v) : "r"(offset)); return v;
}
APUS_INLINE uint64_t apus_frame_pointer(void) { uint64_t v; __asm__ volatile("mov %%rbp, %0" : "=r"(v)); return v; }

// Extended state of a guest (x87, SSE, AVX, ...): the hypervisor itself uses none of it.
APUS_INLINE void apus_xsave(uintptr_t area, uint64_t mask) {
  __asm__ volatile("xsave64 (%0)" : : "r"(area), "a"((uint32_t)mask), "d"((uint32_t)(mask >> 32)) : "memory");
}
APUS_INLINE void apus_xrstor(uintptr_t area, uint64_t mask) {
  __asm__ volatile("xrstor64 (%0)" : : "r"(area), "a"((uint32_t)mask), "d"((uint32_t)(mask >> 32)) : "memory");
}
APUS_INLINE void apus_fxsave(uintptr_t area) { __asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory"); }
APUS_INLINE void apus_fxrstor(uintptr_t area) { __asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory"); }

// SVM (AMD APM vol. 2 15.5, 15.17). With GIF clear and IF set, interrupts come only in these windows. The second is
// entered with IF clear, so that none is taken between STGI and HLT: STI lets them in only after the HLT.
APUS_INLINE void apus_begin_gif(void) { __asm__ volatile("clgi\n\tsti" : : : "memory"); }
APUS_INLINE void apus_gif_window(void) { __asm__ volatile("stgi\n\tnop\n\tclgi" : : : "memory"); }
APUS_INLINE void apus_gif_idle(void) { __asm__ volatile("cli\n\tstgi\n\tsti\n\thlt\n\tclgi" : : : "memory"); }
APUS_INLINE void apus_vmsave(uint64_t vmcb) { __asm__ volatile("vmsave %%rax" : : "a"(vmcb) : "memory"); }
APUS_INLINE void apus_vmload(uint64_t vmcb) { __asm__ volatile("vmload %%rax" : : "a"(vmcb) : "memory"); }

// VMX (Intel SDM vol. 3 30.3). Each gives 0, or 1 for VMfailValid, or 2 for VMfailInvalid.
APUS_INLINE uint32_t apus_vmx_result(uint8_t carry, uint8_t zero) { return carry ? 2 : zero ? 1 : 0; }
APUS_INLINE uint32_t apus_vmxon(uintptr_t operand) {
  uint8_t c, z;
  __asm__ volatile("vmxon (%2)\n\tsetc %0\n\tsetz %1" : "=q"(c), "=q"(z) : "r"(operand) : "cc", "memory");
  return apus_vmx_result(c, z);
}
APUS_INLINE uint32_t apus_vmclear(uintptr_t operand) {
  uint8_t c, z;
  __asm__ volatile("vmclear (%2)\n\tsetc %0\n\tsetz %1" : "=q"(c), "=q"(z) : "r"(operand) : "cc", "memory");
  return apus_vmx_result(c, z);
}
APUS_INLINE uint32_t apus_vmptrld(uintptr_t operand) {
  uint8_t c, z;
  __asm__ volatile("vmptrld (%2)\n\tsetc %0\n\tsetz %1" : "=q"(c), "=q"(z) : "r"(operand) : "cc", "memory");
  return apus_vmx_result(c, z);
}
APUS_INLINE uint64_t apus_vmread(uint64_t field) {
  uint64_t v;
  __asm__ volatile("vmread %1, %0" : "=r"(v) : "r"(field) : "cc");
  return v;
}
APUS_INLINE uint32_t apus_vmwrite(uint64_t field, uint64_t value) {
  uint8_t c, z;
  __asm__ volatile("vmwrite %3, %2\n\tsetc %0\n\tsetz %1" : "=q"(c), "=q"(z) : "r"(field), "r"(value) : "cc");
  return apus_vmx_result(c, z);
}
APUS_INLINE uint32_t apus_invept(uint64_t type, uintptr_t descriptor) {
  uint8_t c, z;
  __asm__ volatile("invept (%2), %3\n\tsetc %0\n\tsetz %1" : "=q"(c), "=q"(z) : "r"(descriptor), "r"(type) : "cc", "memory");
  return apus_vmx_result(c, z);
}
APUS_INLINE uint32_t apus_invvpid(uint64_t type, uintptr_t descriptor) {
  uint8_t c, z;
  __asm__ volatile("invvpid (%2), %3\n\tsetc %0\n\tsetz %1" : "=q"(c), "=q"(z) : "r"(descriptor), "r"(type) : "cc", "memory");
  return apus_vmx_result(c, z);
}

// Addresses of the image's parts, as the linker script and the stubs name them.
#define APUS_SYMBOL(name) \
  extern char name[] __attribute__((visibility("hidden"))); \
  APUS_INLINE uint64_t apus_symbol_##name(void) { return (uint64_t)(uintptr_t)name; }
APUS_SYMBOL(image_start)
APUS_SYMBOL(text_end)
APUS_SYMBOL(rodata_end)
APUS_SYMBOL(image_end)
APUS_SYMBOL(trap_stubs)
APUS_SYMBOL(boot_stack_guard)
APUS_SYMBOL(boot_stack_end)
APUS_SYMBOL(nmi_stack_guard)
APUS_SYMBOL(nmi_stack_end)
APUS_SYMBOL(machine_check_stack_guard)
APUS_SYMBOL(machine_check_stack_end)
APUS_SYMBOL(double_fault_stack_guard)
APUS_SYMBOL(double_fault_stack_end)

// The stubs that enter guests for good (boot/svm-run.asm, boot/vmx-run.asm). Tests on the host link without them.
#if __STDC_HOSTED__
#define APUS_STUB extern __attribute__((noreturn, weak))
#else
#define APUS_STUB extern __attribute__((noreturn))
#endif
APUS_STUB void svm_run(uintptr_t vcpu, uint64_t host_control_block);
APUS_STUB void vmx_run(uintptr_t vcpu);
// The same with guards at exits and entries: the bits of boot/guards.inc.
APUS_STUB void svm_run_guarded(uintptr_t vcpu, uint64_t host_control_block, uint32_t guards);
APUS_STUB void vmx_run_guarded(uintptr_t vcpu, uint32_t guards);

// Sets the x87 instruction and operand pointers to the hypervisor's own (boot/x87.asm).
#if __STDC_HOSTED__
extern __attribute__((weak)) void reset_x87_pointers(void);
#else
extern void reset_x87_pointers(void);
#endif
