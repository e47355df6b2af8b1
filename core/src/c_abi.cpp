// The C ABI: each function calls its C++ twin, exceptions become statuses, results go
// into memory of the caller.
#include <cxxabi.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "fibonacci/fibonacci.h"
#include "fibonacci/fibonacci.hpp"

using fibonacci::Algorithm;
using fibonacci::Term;

struct fib_sequence : fibonacci::Sequence {
  using Sequence::Sequence;
};

namespace {

static_assert(sizeof(fib_term) == sizeof(Term) && alignof(fib_term) == alignof(Term));
static_assert(offsetof(fib_term, index) == offsetof(Term, index));
static_assert(offsetof(fib_term, term) == offsetof(Term, term));

constexpr bool agree(fib_algorithm c, Algorithm cpp) {
  return static_cast<int>(c) == static_cast<int>(cpp);
}
static_assert(agree(FIB_ALGORITHM_RECURSIVE, Algorithm::recursive));
static_assert(agree(FIB_ALGORITHM_ITERATIVE, Algorithm::iterative));
static_assert(agree(FIB_ALGORITHM_FAST_DOUBLING, Algorithm::fast_doubling));
static_assert(agree(FIB_ALGORITHM_MATRIX, Algorithm::matrix));
static_assert(agree(FIB_ALGORITHM_BINET, Algorithm::binet));

/// The status of `body`, or the one that stands for what it throws: every catch of the C
/// ABI.
template <typename Body>
fib_status guarded(Body body) {
  try {
    return body();
  } catch (const std::overflow_error&) {
    return FIB_ERROR_OVERFLOW;
  } catch (const std::out_of_range&) {
    return FIB_ERROR_OUT_OF_RANGE;
  } catch (const std::logic_error&) {  // the meanings of bindings/_default/errors.hpp
    return FIB_ERROR_INVALID_ARGUMENT;
  } catch (const std::range_error&) {
    return FIB_ERROR_INVALID_ARGUMENT;
  } catch (const std::bad_alloc&) {
    return FIB_ERROR_NO_MEMORY;
  } catch (const fibonacci::Stopped&) {
    return FIB_ERROR_STOPPED;
#ifdef __GLIBCXX__
  } catch (const abi::__forced_unwind&) {
    throw;  // pthread_exit() in a callback ends the thread, and must not be held up
#endif
  } catch (...) {
    return FIB_ERROR_INTERNAL;
  }
}

/// Is there memory where `length` items are said to be, aligned as the processor's
/// instructions for them may demand?
template <typename Item>
bool is_memory(const Item* items, size_t length) {
  return length == 0 ||
         (items != nullptr && reinterpret_cast<uintptr_t>(items) % alignof(Item) == 0);
}

/// One result: what `compute` returns goes to `out`.
template <typename Value, typename Compute>
fib_status write(Value* out, Compute compute) {
  if (!is_memory(out, 1)) return FIB_ERROR_INVALID_ARGUMENT;
  return guarded([&] {
    *out = compute();
    return FIB_OK;
  });
}

/// A result of variable size: the items that `compute` returns go to `buffer`, and how
/// many they are to `out`.
template <typename Item, typename Compute>
fib_status write_items(Item* buffer, size_t capacity, size_t* out, Compute compute) {
  if (!is_memory(out, 1) || !is_memory(buffer, capacity))
    return FIB_ERROR_INVALID_ARGUMENT;
  return guarded([&] {
    const auto items = compute();
    *out = items.size();
    if (items.size() > capacity) return FIB_ERROR_BUFFER_TOO_SMALL;
    std::copy(items.begin(), items.end(), buffer);
    return FIB_OK;
  });
}

/// The number in an enum of C, which may be any int; C++ may read an enum only where it
/// holds an enumerator.
template <typename Enum>
int number_in(const Enum& value) {
  int number;
  static_assert(sizeof(number) == sizeof(value));
  std::memcpy(&number, &value, sizeof(number));
  return number;
}

fib_term to_c(const Term& term) { return {term.index, term.term}; }

}  // namespace

const char* fib_status_message(fib_status status) {
  switch (number_in(status)) {
    case FIB_OK:
      return "success";
    case FIB_ERROR_INVALID_ARGUMENT:
      return "an argument is invalid";
    case FIB_ERROR_OVERFLOW:
      return "the result does not fit";
    case FIB_ERROR_OUT_OF_RANGE:
      return "beyond the end";
    case FIB_ERROR_NO_MEMORY:
      return "not enough memory";
    case FIB_ERROR_BUFFER_TOO_SMALL:
      return "the buffer is too small";
    case FIB_ERROR_INTERNAL:
      return "a bug in the library";
    case FIB_ERROR_STOPPED:
      return "the call was stopped";
  }
  return "an unknown status";
}

const char* fib_library_version() { return FIB_VERSION_STRING; }
uint32_t fib_abi_version() { return FIB_ABI_VERSION; }
uint64_t fib_live_objects() { return fibonacci::live_objects(); }

void fib_noop() { fibonacci::noop(); }
uint64_t fib_max_index() { return fibonacci::max_index(); }
uint64_t fib_wrapping(uint64_t n) { return fibonacci::fib_wrapping(n); }

uint64_t fib_recursive(uint64_t n) {
  // Above 93 the C++ function refuses, and the calls would take centuries to give this
  // value.
  if (n > fibonacci::max_index()) return fibonacci::fib_wrapping(n);
  try {
    return fibonacci::fib_recursive(n);
  } catch (const fibonacci::Stopped&) {
    return 0;
  }
}

fib_status fib_u64(uint64_t n, uint64_t* out) {
  return write(out, [&] { return fibonacci::fib(n); });
}

fib_status fib_by(fib_algorithm how, uint64_t n, uint64_t* out) {
  return write(
      out, [&] { return fibonacci::fib_by(static_cast<Algorithm>(number_in(how)), n); });
}

fib_status fib_mod(uint64_t n, uint64_t m, uint64_t* out) {
  return write(out, [&] { return fibonacci::fib_mod(n, m); });
}

uint64_t fib_recurrence(uint64_t p, uint64_t q, uint64_t a, uint64_t b, uint64_t n) {
  return fibonacci::recurrence(p, q, a, b, n);
}

double fib_binet(double x) { return fibonacci::binet(x); }
bool fib_is_fibonacci(uint64_t x) { return fibonacci::is_fibonacci(x); }

fib_status fib_exact(uint64_t n, uint64_t* buffer, size_t capacity, size_t* out) {
  return write_items(buffer, capacity, out,
                     [&] { return fibonacci::fib_exact(n).limbs(); });
}

fib_status fib_index_of(const uint64_t* limbs, size_t length, uint64_t* out) {
  if (!is_memory(limbs, length)) return FIB_ERROR_INVALID_ARGUMENT;
  return write(out, [&] {
    return fibonacci::index_of(
        fibonacci::Integer(std::vector<uint64_t>(limbs, limbs + length)));
  });
}

fib_status fib_decimal(uint64_t n, char* buffer, size_t capacity, size_t* out) {
  return write_items(buffer, capacity, out, [&] { return fibonacci::fib_decimal(n); });
}

bool fib_is_word(const char* text, size_t length) {
  return is_memory(text, length) && fibonacci::is_word(std::string_view(text, length));
}

fib_status fib_caption(const char* label, size_t length, uint64_t n, char* buffer,
                       size_t capacity, size_t* out) {
  if (!is_memory(label, length)) return FIB_ERROR_INVALID_ARGUMENT;
  return write_items(buffer, capacity, out, [&] {
    return fibonacci::caption(std::string_view(label, length), n);
  });
}

fib_status fib_word(uint64_t n, char* buffer, size_t capacity, size_t* out) {
  return write_items(buffer, capacity, out, [&] { return fibonacci::word(n); });
}

fib_status fib_terms(uint64_t first, uint64_t count, uint64_t* buffer, size_t capacity,
                     size_t* out) {
  return write_items(buffer, capacity, out,
                     [&] { return fibonacci::terms(first, count); });
}

fib_status fib_encode(const uint64_t* numbers, size_t length, uint8_t* buffer,
                      size_t capacity, size_t* out) {
  if (!is_memory(numbers, length)) return FIB_ERROR_INVALID_ARGUMENT;
  return write_items(buffer, capacity, out, [&] {
    return fibonacci::encode(std::vector<uint64_t>(numbers, numbers + length));
  });
}

fib_status fib_decode(const uint8_t* bytes, size_t size, uint64_t* buffer,
                      size_t capacity, size_t* out) {
  if (!is_memory(bytes, size)) return FIB_ERROR_INVALID_ARGUMENT;
  return write_items(buffer, capacity, out,
                     [&] { return fibonacci::decode(bytes, size); });
}

fib_status fib_fill(size_t count, uint64_t* out) {
  if (!is_memory(out, count)) return FIB_ERROR_INVALID_ARGUMENT;
  fibonacci::fill(out, count);
  return FIB_OK;
}

fib_status fib_each(const uint64_t* indices, size_t length, uint64_t* out) {
  if (!is_memory(indices, length) || !is_memory(out, length))
    return FIB_ERROR_INVALID_ARGUMENT;
  return guarded([&] {
    fibonacci::fib_each(indices, out, length);
    return FIB_OK;
  });
}

fib_term fib_nearest(uint64_t x) { return to_c(fibonacci::nearest(x)); }

fib_status fib_zeckendorf(uint64_t x, fib_term* buffer, size_t capacity, size_t* out) {
  return write_items(buffer, capacity, out, [&] {
    std::vector<fib_term> sum;
    for (const Term& term : fibonacci::zeckendorf(x)) sum.push_back(to_c(term));
    return sum;
  });
}

fib_status fib_visit(uint64_t first, uint64_t count, fib_visitor visitor, void* user,
                     uint64_t* out) {
  if (visitor == nullptr) return FIB_ERROR_INVALID_ARGUMENT;
  return write(out, [&] { return fibonacci::visit(first, count, visitor, user); });
}

fib_status fib_sequence_new(uint64_t start, fib_sequence** out) {
  return write(out, [&] { return new fib_sequence(start); });
}

void fib_sequence_free(fib_sequence* self) { delete self; }

fib_status fib_sequence_advance(fib_sequence* self, uint64_t* out) {
  if (self == nullptr) return FIB_ERROR_INVALID_ARGUMENT;
  return write(out, [&] { return self->advance(); });
}

fib_status fib_sequence_peek(const fib_sequence* self, uint64_t* out) {
  if (self == nullptr) return FIB_ERROR_INVALID_ARGUMENT;
  return write(out, [&] { return self->peek(); });
}

fib_status fib_sequence_reset(fib_sequence* self) {
  if (self == nullptr) return FIB_ERROR_INVALID_ARGUMENT;
  self->reset();
  return FIB_OK;
}

fib_status fib_sequence_position(const fib_sequence* self, uint64_t* out) {
  if (self == nullptr) return FIB_ERROR_INVALID_ARGUMENT;
  return write(out, [&] { return self->position(); });
}

fib_status fib_sequence_exhausted(const fib_sequence* self, bool* out) {
  if (self == nullptr) return FIB_ERROR_INVALID_ARGUMENT;
  return write(out, [&] { return self->exhausted(); });
}
