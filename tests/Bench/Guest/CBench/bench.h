/// What the bench guest measures with: hypercalls that load no more registers than the call reads, and its own handler
/// of upcalls (Guest/upcall.asm).
#pragma once
#define CBENCH_INLINE __attribute__((always_inline))
#include <stdint.h>

/// Nothing, in a place that the compiler neither moves nor drops.
static inline CBENCH_INLINE void cbench_nothing(void) { __asm__ volatile("" : : : "memory"); }

/// One hypercall of the 64-bit convention by an instruction, with one to three arguments.
#define CBENCH_CALLS(instruction)                                                                                 \
  static inline CBENCH_INLINE int64_t cbench_##instruction##1(uint64_t number, uint64_t a) {                      \
    __asm__ volatile(#instruction : "+a"(number), "+D"(a) : : "memory");                                          \
    return (int64_t)number;                                                                                       \
  }                                                                                                               \
  static inline CBENCH_INLINE int64_t cbench_##instruction##2(uint64_t number, uint64_t a, uint64_t b) {          \
    __asm__ volatile(#instruction : "+a"(number), "+D"(a), "+S"(b) : : "memory");                                 \
    return (int64_t)number;                                                                                       \
  }                                                                                                               \
  static inline CBENCH_INLINE int64_t cbench_##instruction##3(uint64_t number, uint64_t a, uint64_t b, uint64_t c) { \
    __asm__ volatile(#instruction : "+a"(number), "+D"(a), "+S"(b), "+d"(c) : : "memory");                        \
    return (int64_t)number;                                                                                       \
  }
CBENCH_CALLS(vmcall)
CBENCH_CALLS(vmmcall)

/// Has the handler called at a vector, through the interrupt table that is loaded. It clears the vCPU's record (the
/// pending byte at 0 and the selector at 8, public header xen.h) and a bit of a word of the shared page's pending ones.
void cbench_install_upcall(uint64_t vector, uint64_t vcpu_info, uint64_t pending_word, uint64_t bit);

/// How often it was called since then.
uint64_t cbench_upcall_count(void);
