/// The fuzzer's way into and out of what it provokes (Fuzzer/fuzz.asm): one instruction with every general register
/// chosen, in 64-bit or 32-bit code, and a trap entry that survives whatever arrives.
#pragma once
#define CFUZZ_INLINE __attribute__((always_inline))
#include <stdbool.h>
#include <stdint.h>

/// The general registers in the order of `enum cfuzz_register`, then the flags to begin with.
uint64_t *cfuzz_register_array(void);
static inline CFUZZ_INLINE uint64_t cfuzz_get(uint64_t index) { return cfuzz_register_array()[index & 15]; }
static inline CFUZZ_INLINE void cfuzz_set(uint64_t index, uint64_t value) { cfuzz_register_array()[index & 15] = value; }

/// Loads the registers, calls the code at `target`, and stores the registers. Returns false where an exception ended it.
bool cfuzz_run64(uint64_t target);
/// The same from a 32-bit code segment: the lower halves of the first seven registers.
bool cfuzz_run32(uint64_t target);

/// The code of one instruction and a return, by its place in the list of fuzz.asm.
uint64_t cfuzz_instruction(uint64_t index);

/// Loads the fuzzer's own descriptor tables. `record` is where the vCPU's record lies, `shared` where the shared page.
void cfuzz_start(uint64_t record, uint64_t shared);

/// The address of a page of constants: no mapping of it may be written.
uint64_t cfuzz_pattern(void);

/// The vector of the exception that ended the last run, and where it was.
uint64_t cfuzz_fault_vector(void);
uint64_t cfuzz_fault_place(void);
/// How often something came at a vector.
uint64_t cfuzz_arrivals(uint64_t vector);
