/// Memory that someone else reads or writes at the same time: each access happens, once, as wide as it says. On x86 an
/// aligned load acquires and an aligned store releases (Intel SDM vol. 3 8.2), so plain volatile accesses and compiler
/// barriers are enough; read-modify-write is locked.
#pragma once
#define CGUEST_INLINE __attribute__((always_inline))
#include <stdbool.h>
#include <stdint.h>

static inline CGUEST_INLINE uint8_t cguest_load8(uint64_t address) {
  return __atomic_load_n((volatile uint8_t *)address, __ATOMIC_ACQUIRE);
}
static inline CGUEST_INLINE uint16_t cguest_load16(uint64_t address) {
  return __atomic_load_n((volatile uint16_t *)address, __ATOMIC_ACQUIRE);
}
static inline CGUEST_INLINE uint32_t cguest_load32(uint64_t address) {
  return __atomic_load_n((volatile uint32_t *)address, __ATOMIC_ACQUIRE);
}
static inline CGUEST_INLINE uint64_t cguest_load64(uint64_t address) {
  return __atomic_load_n((volatile uint64_t *)address, __ATOMIC_ACQUIRE);
}
static inline CGUEST_INLINE void cguest_store8(uint64_t address, uint8_t value) {
  __atomic_store_n((volatile uint8_t *)address, value, __ATOMIC_RELEASE);
}
static inline CGUEST_INLINE void cguest_store16(uint64_t address, uint16_t value) {
  __atomic_store_n((volatile uint16_t *)address, value, __ATOMIC_RELEASE);
}
static inline CGUEST_INLINE void cguest_store32(uint64_t address, uint32_t value) {
  __atomic_store_n((volatile uint32_t *)address, value, __ATOMIC_RELEASE);
}
static inline CGUEST_INLINE void cguest_store64(uint64_t address, uint64_t value) {
  __atomic_store_n((volatile uint64_t *)address, value, __ATOMIC_RELEASE);
}
/// The old value; `value` takes its place.
static inline CGUEST_INLINE uint64_t cguest_exchange64(uint64_t address, uint64_t value) {
  return __atomic_exchange_n((volatile uint64_t *)address, value, __ATOMIC_SEQ_CST);
}
static inline CGUEST_INLINE uint8_t cguest_exchange8(uint64_t address, uint8_t value) {
  return __atomic_exchange_n((volatile uint8_t *)address, value, __ATOMIC_SEQ_CST);
}
/// The old value; the bits of `mask` stay, the others are cleared.
static inline CGUEST_INLINE uint64_t cguest_fetch_and64(uint64_t address, uint64_t mask) {
  return __atomic_fetch_and((volatile uint64_t *)address, mask, __ATOMIC_SEQ_CST);
}
/// The old value; the bits of `bits` are set.
static inline CGUEST_INLINE uint64_t cguest_fetch_or64(uint64_t address, uint64_t bits) {
  return __atomic_fetch_or((volatile uint64_t *)address, bits, __ATOMIC_SEQ_CST);
}
/// Whether the value was `expected` and is `desired` now.
static inline CGUEST_INLINE bool cguest_compare_exchange16(uint64_t address, uint16_t expected, uint16_t desired) {
  return __atomic_compare_exchange_n(
      (volatile uint16_t *)address, &expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
/// Every store before it is seen before any load after it.
static inline CGUEST_INLINE void cguest_fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
/// Sets `count` bytes, eight at a time: an emulator does one repetition after the other.
static inline CGUEST_INLINE void cguest_fill(uint64_t address, uint8_t value, uint64_t count) {
  uint64_t words = count >> 3, rest = count & 7, pattern = (uint64_t)value * 0x0101010101010101u;
  __asm__ volatile("rep stosq" : "+D"(address), "+c"(words) : "a"(pattern) : "memory");
  __asm__ volatile("rep stosb" : "+D"(address), "+c"(rest) : "a"(pattern) : "memory");
}
/// Copies `count` bytes, of stretches that do not overlap, eight at a time like `cguest_fill`.
static inline CGUEST_INLINE void cguest_copy(uint64_t destination, uint64_t source, uint64_t count) {
  uint64_t words = count >> 3, rest = count & 7;
  __asm__ volatile("rep movsq" : "+D"(destination), "+S"(source), "+c"(words) : : "memory");
  __asm__ volatile("rep movsb" : "+D"(destination), "+S"(source), "+c"(rest) : : "memory");
}
