// A library that goes on calling whatever a callback returns: what a binding must be
// prepared for. The functions with a callback are its own, all others are the core's.
#include "fibonacci/fibonacci.h"
#include "fibonacci/fibonacci.hpp"

namespace fibonacci {

FIB_API uint64_t visit(uint64_t first, uint64_t count, Visitor visitor, void* user) {
  for (uint64_t i = 0; i < count; ++i) visitor(first + i, fib(first + i), user);
  return count;
}

FIB_API uint64_t listen(uint64_t first, uint64_t count, Listener& listener) {
  for (uint64_t i = 0; i < count; ++i) listener.on_term(first + i, fib(first + i));
  return count;
}

}  // namespace fibonacci

extern "C" FIB_API fib_status fib_visit(uint64_t first, uint64_t count,
                                        fib_visitor visitor, void* user, uint64_t* out) {
  *out = fibonacci::visit(first, count, visitor, user);
  return FIB_OK;
}
