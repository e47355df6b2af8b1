/// The functions that have a status, with the result alone: a value that it never has
/// stands for a failure. That saves Python the memory for `out`.
#include "fibonacci/fibonacci.h"

static uint64_t outcome_u64(uint64_t n) {
  uint64_t out;
  return fib_u64(n, &out) == FIB_OK ? out : UINT64_MAX;
}
static uint64_t outcome_by(fib_algorithm how, uint64_t n) {
  uint64_t out;
  return fib_by(how, n, &out) == FIB_OK ? out : UINT64_MAX;
}
static uint64_t outcome_mod(uint64_t n, uint64_t m) {
  uint64_t out;
  return fib_mod(n, m, &out) == FIB_OK ? out : UINT64_MAX;
}
static uint64_t outcome_visit(uint64_t first, uint64_t count, fib_visitor visitor,
                              void* user) {
  uint64_t out;
  return fib_visit(first, count, visitor, user, &out) == FIB_OK ? out : UINT64_MAX;
}

static fib_sequence* outcome_sequence_new(uint64_t start) {
  fib_sequence* out;
  return fib_sequence_new(start, &out) == FIB_OK ? out : NULL;
}
static uint64_t outcome_sequence_advance(fib_sequence* self) {
  uint64_t out;
  return fib_sequence_advance(self, &out) == FIB_OK ? out : UINT64_MAX;
}
static uint64_t outcome_sequence_peek(const fib_sequence* self) {
  uint64_t out;
  return fib_sequence_peek(self, &out) == FIB_OK ? out : UINT64_MAX;
}
static uint64_t outcome_sequence_position(const fib_sequence* self) {
  uint64_t out;
  return fib_sequence_position(self, &out) == FIB_OK ? out : UINT64_MAX;
}
