/// The instructions that a guest needs and Swift has no word for. Each is one instruction, with integers in and out.
#pragma once
#define CGUEST_INLINE __attribute__((always_inline))
#include <stdbool.h>
#include <stdint.h>

/// Four registers, as CPUID leaves them.
struct cguest_cpuid { uint32_t eax, ebx, ecx, edx; };

static inline CGUEST_INLINE struct cguest_cpuid cguest_cpuid(uint32_t leaf, uint32_t subleaf) {
  struct cguest_cpuid r;
  __asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "0"(leaf), "2"(subleaf) : "memory");
  return r;
}

/// A hypercall with the 64-bit register convention (public header arch-x86/xen-x86_64.h): the number in RAX, the
/// arguments in RDI, RSI, RDX, R10 and R8, the result in RAX. VMCALL on processors with VMX.
static inline CGUEST_INLINE int64_t cguest_vmcall(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
  register uint64_t r10 __asm__("r10") = d;
  register uint64_t r8 __asm__("r8") = e;
  __asm__ volatile("vmcall" : "+a"(number), "+D"(a), "+S"(b), "+d"(c), "+r"(r10), "+r"(r8) : : "memory");
  return (int64_t)number;
}

/// The same by VMMCALL, on processors with SVM.
static inline CGUEST_INLINE int64_t cguest_vmmcall(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
  register uint64_t r10 __asm__("r10") = d;
  register uint64_t r8 __asm__("r8") = e;
  __asm__ volatile("vmmcall" : "+a"(number), "+D"(a), "+S"(b), "+d"(c), "+r"(r10), "+r"(r8) : : "memory");
  return (int64_t)number;
}

/// The same by a call into the hypercall page, 32 bytes a number.
static inline CGUEST_INLINE int64_t cguest_call_page(
    uint64_t page, uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
  register uint64_t r10 __asm__("r10") = d;
  register uint64_t r8 __asm__("r8") = e;
  uint64_t result;
  __asm__ volatile("call *%[slot]"
                   : "=&a"(result), "+D"(a), "+S"(b), "+d"(c), "+r"(r10), "+r"(r8)
                   : [slot] "r"(page + number * 32)
                   : "rcx", "r11", "memory");
  return (int64_t)result;
}

/// The ring that runs: the privilege level in the code segment's selector.
static inline CGUEST_INLINE uint32_t cguest_current_ring(void) {
  uint16_t selector;
  __asm__ volatile("mov %%cs, %0" : "=r"(selector));
  return selector & 3;
}

static inline CGUEST_INLINE uint64_t cguest_rdtsc(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
  return (uint64_t)high << 32 | low;
}

static inline CGUEST_INLINE uint64_t cguest_rdmsr(uint32_t number) {
  uint32_t low, high;
  __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number) : "memory");
  return (uint64_t)high << 32 | low;
}

static inline CGUEST_INLINE void cguest_wrmsr(uint32_t number, uint64_t value) {
  __asm__ volatile("wrmsr" : : "c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

static inline CGUEST_INLINE void cguest_cli(void) { __asm__ volatile("cli" : : : "memory"); }
static inline CGUEST_INLINE void cguest_sti(void) { __asm__ volatile("sti" : : : "memory"); }
static inline CGUEST_INLINE void cguest_hlt(void) { __asm__ volatile("hlt" : : : "memory"); }
static inline CGUEST_INLINE void cguest_pause(void) { __asm__ volatile("pause" : : : "memory"); }
/// Waits for an interrupt; what arrives between the two instructions is not lost (STI's shadow).
static inline CGUEST_INLINE void cguest_sti_hlt(void) { __asm__ volatile("sti; hlt" : : : "memory"); }
/// Waits with interrupts off: for ever, but for NMI.
static inline CGUEST_INLINE void cguest_cli_hlt(void) { __asm__ volatile("cli; hlt" : : : "memory"); }

static inline CGUEST_INLINE uint64_t cguest_flags(void) {
  uint64_t flags;
  __asm__ volatile("pushfq; pop %0" : "=r"(flags) : : "memory");
  return flags;
}

static inline CGUEST_INLINE uint64_t cguest_read_cr0(void) { uint64_t v; __asm__ volatile("mov %%cr0, %0" : "=r"(v)); return v; }
static inline CGUEST_INLINE uint64_t cguest_read_cr2(void) { uint64_t v; __asm__ volatile("mov %%cr2, %0" : "=r"(v)); return v; }
static inline CGUEST_INLINE uint64_t cguest_read_cr3(void) { uint64_t v; __asm__ volatile("mov %%cr3, %0" : "=r"(v)); return v; }
static inline CGUEST_INLINE uint64_t cguest_read_cr4(void) { uint64_t v; __asm__ volatile("mov %%cr4, %0" : "=r"(v)); return v; }
static inline CGUEST_INLINE void cguest_write_cr3(uint64_t v) { __asm__ volatile("mov %0, %%cr3" : : "r"(v) : "memory"); }
static inline CGUEST_INLINE void cguest_write_cr4(uint64_t v) { __asm__ volatile("mov %0, %%cr4" : : "r"(v) : "memory"); }
static inline CGUEST_INLINE void cguest_invlpg(uint64_t address) {
  __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static inline CGUEST_INLINE uint64_t cguest_frame_pointer(void) { return (uint64_t)__builtin_frame_address(0); }

static inline CGUEST_INLINE uint8_t cguest_in8(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}
static inline CGUEST_INLINE uint16_t cguest_in16(uint16_t port) {
  uint16_t value;
  __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}
static inline CGUEST_INLINE uint32_t cguest_in32(uint16_t port) {
  uint32_t value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}
static inline CGUEST_INLINE void cguest_out8(uint16_t port, uint8_t v) { __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port)); }
static inline CGUEST_INLINE void cguest_out16(uint16_t port, uint16_t v) { __asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port)); }
static inline CGUEST_INLINE void cguest_out32(uint16_t port, uint32_t v) { __asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port)); }

/// A ring-3 system call by SYSCALL: the number in RAX, arguments in RDI and RSI, the result in RAX.
static inline CGUEST_INLINE uint64_t cguest_syscall(uint64_t number, uint64_t a, uint64_t b) {
  __asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b) : "rcx", "r11", "memory");
  return number;
}
/// The same by INT 0x80.
static inline CGUEST_INLINE uint64_t cguest_int80(uint64_t number, uint64_t a, uint64_t b) {
  __asm__ volatile("int $0x80" : "+a"(number) : "D"(a), "S"(b) : "memory");
  return number;
}

/// LIDT, with the table's address and its last byte's offset.
static inline CGUEST_INLINE void cguest_load_idt(uint64_t base, uint16_t limit) {
  struct __attribute__((packed)) { uint16_t limit; uint64_t base; } pointer = {limit, base};
  __asm__ volatile("lidt %0" : : "m"(pointer) : "memory");
}
static inline CGUEST_INLINE void cguest_load_task_register(uint16_t selector) {
  __asm__ volatile("ltr %0" : : "r"(selector) : "memory");
}

static inline CGUEST_INLINE void cguest_breakpoint(void) { __asm__ volatile("int3" : : : "memory"); }
/// UD2, two bytes long.
static inline CGUEST_INLINE void cguest_undefined(void) { __asm__ volatile("ud2" : : : "memory"); }

/// Fills the sixteen SSE registers with values made of `seed`, spins, and returns whether they are still there.
static inline bool cguest_vectors_survive(uint64_t seed, uint64_t rounds) {
  uint64_t left = rounds, bad = 0, value;
#define CGUEST_SET(n) "lea " #n "(%[seed]), %[value]; movq %[value], %%xmm" #n "; punpcklqdq %%xmm" #n ", %%xmm" #n "\n"
#define CGUEST_TEST(n) \
  "movq %%xmm" #n ", %[value]; sub $" #n ", %[value]; sub %[seed], %[value]; or %[value], %[bad]\n" \
  "psrldq $8, %%xmm" #n "; movq %%xmm" #n ", %[value]; sub $" #n ", %[value]; sub %[seed], %[value]\n" \
  "or %[value], %[bad]\n"
#define CGUEST_ALL(of) of(0) of(1) of(2) of(3) of(4) of(5) of(6) of(7) of(8) of(9) of(10) of(11) of(12) of(13) of(14) of(15)
  __asm__ volatile(CGUEST_ALL(CGUEST_SET) "1: dec %[left]; jnz 1b\n" CGUEST_ALL(CGUEST_TEST)
                   : [left] "+r"(left), [bad] "+r"(bad), [value] "=&r"(value)
                   : [seed] "r"(seed)
                   : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                     "xmm12", "xmm13", "xmm14", "xmm15", "cc");
  return bad == 0;
}
