// The definition as a program. core/CMakeLists.txt keeps the compiler from turning it
// into another one.
#include "fibonacci/fibonacci.hpp"
#include "internal.hpp"

namespace fibonacci {
namespace {
uint64_t recursive(uint64_t n) { return n < 2 ? n : recursive(n - 1) + recursive(n - 2); }
}  // namespace

uint64_t fib_recursive(uint64_t n) {
  need_64_bits(n);
  return recursive(n);
}

}  // namespace fibonacci
