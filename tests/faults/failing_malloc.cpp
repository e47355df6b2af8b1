/// Preloaded before the C library: lets the n-th allocation inside a call of ours fail,
/// for tests/faults/sweep.py.
///
/// A program of a host arms it through its module, so that no host needs anything else:
/// fib_wrapping(2^52 + n) lets the n-th allocation from then on fail, and those that
/// follow it as far as FAULTS_IN_A_ROW says; fib_wrapping(2^52) ends that and returns how
/// many have failed. 2^52 is exact in every host. Any other argument is the library's.
///
/// What counts is what the arming thread allocates below code of the files whose path
/// begins with FAULTS_INSIDE: what the module and the library allocate themselves and,
/// with FAULTS_WHOSE=everybody, what the host allocates for them. GMP's own allocations
/// never fail, for GMP would end the process: the library asks beforehand for what GMP is
/// going to need, and that request counts.
#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <cerrno>

#include "fibonacci/fibonacci.hpp"

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

namespace {

constexpr uint64_t arming = uint64_t{1} << 52;
constexpr uint64_t largest = 1'000'000;  // the largest n that arms
constexpr int deepest = 96;              // frames that are looked at

/// Whose code lies at an address. The runtime allocates for whoever calls it, the
/// unwinder while it holds the lock that another look at the stack would wait for.
enum class Owner { host, ours, gmp, runtime, unwinder };
struct Code {
  uintptr_t begin, end;
  Owner owner;
};
Code known[512];
size_t known_count;
const char* this_file;
const char* inside;
bool everybody;

// Initial-exec: the general way to a thread's own variable may allocate.
struct Plan {
  bool armed, looking;
  uint64_t before;  // allocations that still succeed
  uint64_t in_a_row;
  uint64_t failed;
};
__attribute__((tls_model("initial-exec"))) thread_local Plan plan;

Owner owner_of(const char* path) {
  static const char* const runtime[] = {"/libc.so", "/libstdc++.so", "/ld-linux"};
  const auto is_part = [&](const char* name) { return strstr(path, name) != nullptr; };
  if (strcmp(path, this_file) == 0) return Owner::runtime;
  if (std::any_of(std::begin(runtime), std::end(runtime), is_part)) return Owner::runtime;
  if (is_part("/libgcc_s.so")) return Owner::unwinder;
  if (is_part("/libgmp.so")) return Owner::gmp;
  return strncmp(path, inside, strlen(inside)) == 0 ? Owner::ours : Owner::host;
}

using Segment = ElfW(Phdr);
int learn(dl_phdr_info* file, size_t, void*) {
  for (int i = 0; i < file->dlpi_phnum; ++i) {
    const Segment& part = file->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || !(part.p_flags & PF_X)) continue;
    if (known_count == std::size(known)) abort();
    const uintptr_t begin = file->dlpi_addr + part.p_vaddr;
    known[known_count++] = {begin, begin + part.p_memsz, owner_of(file->dlpi_name)};
  }
  return 0;
}

Owner owner_of(void* address) {
  const auto here = reinterpret_cast<uintptr_t>(address);
  const auto* code = std::find_if(known, known + known_count, [&](const Code& each) {
    return here >= each.begin && here < each.end;
  });
  return code == known + known_count ? Owner::host : code->owner;  // made while running
}

/// Does the allocation that is asked for right now count?
bool counts() {
  void* frames[deepest];
  const int count = backtrace(frames, deepest);
  Owner asking = Owner::runtime;
  for (int i = 0; i < count; ++i) {
    const Owner owner = owner_of(frames[i]);
    if (asking == Owner::runtime) asking = owner;
    if (asking == Owner::gmp || (asking == Owner::host && !everybody)) return false;
    if (owner == Owner::ours) return true;
  }
  return false;
}

bool fails(void* caller) {
  if (__builtin_expect(!plan.armed || plan.looking, 1)) return false;
  if (owner_of(caller) == Owner::unwinder) return false;
  plan.looking = true;  // what the search itself allocates succeeds
  const bool counted = counts();
  plan.looking = false;
  if (!counted) return false;
  if (plan.before > 0) {
    --plan.before;
    return false;
  }
  if (plan.in_a_row == 0) return false;
  --plan.in_a_row;
  ++plan.failed;
  return true;
}

void arm(uint64_t n) {
  const char* row = getenv("FAULTS_IN_A_ROW");
  known_count = 0;
  dl_iterate_phdr(learn, nullptr);
  plan = {true, false, n - 1, row ? strtoull(row, nullptr, 10) : 1, 0};
}

uint64_t disarm() {
  plan.armed = false;
  return plan.failed;
}

__attribute__((constructor)) void prepare() {
  Dl_info info;
  dladdr(reinterpret_cast<void*>(&prepare), &info);
  this_file = info.dli_fname;
  inside = getenv("FAULTS_INSIDE");
  if (!inside || !*inside) abort();
  const char* whose = getenv("FAULTS_WHOSE");
  everybody = whose && strcmp(whose, "everybody") == 0;
  void* frame;
  backtrace(&frame, 1);  // the first one loads a library
}

}  // namespace

namespace fibonacci {
uint64_t fib_wrapping(uint64_t n) {
  if (n == arming) return disarm();
  if (n > arming && n <= arming + largest) return arm(n - arming), 0;
  static const auto real = reinterpret_cast<uint64_t (*)(uint64_t)>(
      dlsym(RTLD_NEXT, "_ZN9fibonacci12fib_wrappingEm"));
  return real(n);
}
}  // namespace fibonacci

// What operator new, strdup and the hosts' allocators come down to.
#pragma GCC visibility push(default)
extern "C" {
#define FAILS() (fails(__builtin_return_address(0)) && (errno = ENOMEM))
void* malloc(size_t size) { return FAILS() ? nullptr : __libc_malloc(size); }
void* calloc(size_t count, size_t size) {
  return FAILS() ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  return size > 0 && FAILS() ? nullptr : __libc_realloc(old, size);
}
void* memalign(size_t alignment, size_t size) {
  return FAILS() ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return FAILS() ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) {
  void* made = FAILS() ? nullptr : __libc_memalign(alignment, size);
  if (!made) return ENOMEM;
  *out = made;
  return 0;
}
}
#pragma GCC visibility pop
