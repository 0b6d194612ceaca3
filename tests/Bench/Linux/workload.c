// What `make bench-linux` runs in a Linux userspace: on Apus, and on the same kernel without it. No libc, so that the
// same few bytes run on both.
//
//   compute   arithmetic in registers: what a hypervisor adds to it is its interruptions
//   flush     a change of protection after which the kernel flushes the TLB
//   memory    the same, and a walk over 32 MiB, a word of each page: every access misses the TLB, and what nested paging
//             adds is the longer way to the page
//
// The flushes make the walk comparable. An emulator's TLB has a size that follows from how often it is flushed, and a
// hypervisor's exits flush it: without flushes of its own the guest would be served by the larger of two TLBs.

#define SYSCALL_WRITE 1
#define SYSCALL_MMAP 9
#define SYSCALL_MPROTECT 10
#define SYSCALL_CLOCK_GETTIME 228
#define SYSCALL_EXIT 60
#define CLOCK_MONOTONIC 1
#define PROT_READ 1
#define PROT_WRITE 2
#define MAP_PRIVATE_ANONYMOUS 0x22

#define PAGE_SIZE 4096L
// The pages of the walk.
#define PAGES 8192
// The pages whose protection changes: above 33 the kernel flushes the whole TLB rather than page by page.
#define PROTECTED_PAGES 64
#define COMPUTE_ROUNDS 100000000
#define WALKS 64
#define REPETITIONS 8

typedef unsigned long u64;

static long system_call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}

static void *map(long pages) {
  long result;
  register long flags __asm__("r10") = MAP_PRIVATE_ANONYMOUS, descriptor __asm__("r8") = -1, offset __asm__("r9") = 0;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(SYSCALL_MMAP), "D"(0), "S"(pages * PAGE_SIZE), "d"(PROT_READ | PROT_WRITE), "r"(flags),
                     "r"(descriptor), "r"(offset)
                   : "rcx", "r11", "memory");
  return (void *)result;
}

static u64 now(void) {
  struct { long seconds, nanoseconds; } time;
  system_call(SYSCALL_CLOCK_GETTIME, CLOCK_MONOTONIC, (long)&time, 0);
  return (u64)time.seconds * 1000000000 + (u64)time.nanoseconds;
}

static void print(const char *text) {
  long length = 0;
  while (text[length]) length++;
  system_call(SYSCALL_WRITE, 1, (long)text, length);
}

static void report(const char *name, u64 nanoseconds) {
  char digits[24];
  int at = sizeof digits - 1;
  digits[at] = 0;
  do {
    digits[--at] = (char)('0' + nanoseconds % 10);
    nanoseconds /= 10;
  } while (nanoseconds);
  print("bench ");
  print(name);
  print(" ");
  print(digits + at);
  print(" ns\n");
}

static u64 compute(u64 rounds) {
  u64 x = 88172645463325252;
  while (rounds--) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
  }
  return x;
}

// The first word of each page, in the order of a linear congruential generator.
static u64 walk(u64 (*pages)[PAGE_SIZE / 8], long count) {
  u64 page = 0, sum = 0;
  while (count--) {
    sum += pages[page][0]++;
    page = (page * 4621 + 2531) % PAGES;
  }
  return sum;
}

static u64 (*walked)[PAGE_SIZE / 8], (*guarded)[PAGE_SIZE / 8];

// Flushes the TLB and walks `count` pages, again and again.
static u64 flush_and_walk(long count) {
  u64 sum = 0;
  for (int round = 0; round < WALKS; round++) {
    system_call(SYSCALL_MPROTECT, (long)guarded, PROTECTED_PAGES * PAGE_SIZE, PROT_READ);
    sum += walk(walked, count);
    system_call(SYSCALL_MPROTECT, (long)guarded, PROTECTED_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE);
    // Written again, so that the next change takes a right away that is in use.
    for (int page = 0; page < PROTECTED_PAGES; page++) guarded[page][0] = sum;
  }
  return sum;
}

void _start(void) {
  walked = map(PAGES);
  guarded = map(PROTECTED_PAGES);
  // The pages are there before they are walked.
  volatile u64 sink = walk(walked, PAGES);
  for (int page = 0; page < PROTECTED_PAGES; page++) guarded[page][0] = 1;
  for (int repetition = 0; repetition < REPETITIONS; repetition++) {
    u64 start = now();
    sink = compute(COMPUTE_ROUNDS);
    u64 computed = now();
    sink = flush_and_walk(0);
    u64 flushed = now();
    sink = flush_and_walk(PAGES);
    u64 walked_too = now();
    report("compute", computed - start);
    report("flush", flushed - computed);
    report("memory", walked_too - flushed);
  }
  (void)sink;
  print("bench done\n");
  system_call(SYSCALL_EXIT, 0, 0, 0);
  __builtin_unreachable();
}
