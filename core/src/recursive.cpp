// The definition as a program. core/CMakeLists.txt keeps the compiler from turning it
// into another one.
#include "fibonacci/fibonacci.hpp"
#include "internal.hpp"

namespace fibonacci {
namespace {
uint64_t recursive(uint64_t n) { return n < 2 ? n : recursive(n - 1) + recursive(n - 2); }

/// recursive(n), asking before each part of 150 thousand calls whether to stop. The parts
/// themselves are the definition and nothing else.
constexpr uint64_t largest_part = 24;
uint64_t in_parts(uint64_t n) {
  if (n > largest_part) return in_parts(n - 1) + in_parts(n - 2);
  ask_to_stop();
  return recursive(n);
}
}  // namespace

uint64_t fib_recursive(uint64_t n) {
  need_64_bits(n);
  return n > largest_part ? in_parts(n) : recursive(n);
}

}  // namespace fibonacci
