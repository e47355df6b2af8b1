// Everything of 64 bits: numbers, lists, structs, callbacks, the sequence.
#include "fibonacci/fibonacci.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <utility>

#include "fibonacci/version.h"
#include "internal.hpp"

namespace fibonacci {
namespace {

std::atomic<uint64_t> live{0};

using Wide = unsigned __int128;
uint64_t add_mod(uint64_t a, uint64_t b, uint64_t m) {
  return static_cast<uint64_t>((static_cast<Wide>(a) + b) % m);
}
uint64_t mul_mod(uint64_t a, uint64_t b, uint64_t m) {
  return static_cast<uint64_t>(static_cast<Wide>(a) * b % m);
}

[[noreturn, gnu::cold, gnu::noinline]] void refuse_index(size_t i, uint64_t n) {
  const std::string name = "indices[" + std::to_string(i) + "]";
  refuse<std::overflow_error>(name.c_str(), "at most 93", n);
}

/// The highest bit of n, 0 for 0.
int top_bit(uint64_t n) { return n == 0 ? 0 : 63 - __builtin_clzll(n); }

}  // namespace

void need_64_bits(uint64_t n) {
  if (__builtin_expect(n > last, 0)) {
    refuse<std::overflow_error>("n", "at most 93 for a 64-bit result", n);
  }
}

void need_terms(uint64_t first, uint64_t count) {
  if (count > 0 && (first > last || count > last + 1 - first)) {
    refuse<std::overflow_error>("first + count", "at most 94",
                                std::to_string(first) + " + " + std::to_string(count));
  }
}

void noop() { asm volatile(""); }  // the compiler must not see that nothing happens here

uint64_t max_index() { return last; }

uint64_t fib_wrapping(uint64_t n) {
  uint64_t a = 0, b = 1;  // F(k), F(k+1), where k is what has been read of n's bits
  for (int bit = top_bit(n); bit >= 0; --bit) {
    const uint64_t even = a * (2 * b - a), odd = a * a + b * b;  // F(2k), F(2k+1)
    const bool one = n >> bit & 1;
    a = one ? odd : even;
    b = one ? even + odd : odd;
  }
  return a;
}

uint64_t fib(uint64_t n) {
  need_64_bits(n);
  return table[n];
}

uint64_t fib_by(Algorithm how, uint64_t n) {
  need_64_bits(n);
  switch (how) {
    case Algorithm::recursive:
      return fib_recursive(n);
    case Algorithm::iterative: {
      uint64_t a = 0, b = 1;
      for (; n > 0; --n) b = std::exchange(a, b) + b;
      return a;
    }
    case Algorithm::fast_doubling:
      return fib_wrapping(n);
    case Algorithm::matrix:
      return recurrence(1, 1, 0, 1, n);
    case Algorithm::binet:
      return static_cast<uint64_t>(std::round(binet(static_cast<double>(n))));
  }
  refuse<std::invalid_argument>("how", "at most 4", static_cast<uint64_t>(how));
}

uint64_t fib_mod(uint64_t n, uint64_t m) {
  if (m == 0) refuse<std::invalid_argument>("m", "at least 1", m);
  uint64_t a = 0, b = 1 % m;  // as in fib_wrapping()
  for (int bit = top_bit(n); bit >= 0; --bit) {
    const uint64_t even = mul_mod(a, add_mod(add_mod(b, b, m), m - a, m), m);
    const uint64_t odd = add_mod(mul_mod(a, a, m), mul_mod(b, b, m), m);
    const bool one = n >> bit & 1;
    a = one ? odd : even;
    b = one ? add_mod(even, odd, m) : odd;
  }
  return a;
}

uint64_t recurrence(uint64_t p, uint64_t q, uint64_t a, uint64_t b, uint64_t n) {
  // {{s, t}, {u, v}} runs through the squares of {{p, q}, {1, 0}}, which takes (x(k+1),
  // x(k)) one step on.
  for (uint64_t s = p, t = q, u = 1, v = 0; n > 0; n >>= 1) {
    if (n & 1) {
      const uint64_t step = u * b + v * a;
      b = s * b + t * a;
      a = step;
    }
    const uint64_t ss = s * s + t * u, tt = s * t + t * v, uu = u * s + v * u;
    v = u * t + v * v;
    s = ss, t = tt, u = uu;
  }
  return a;
}

double binet(double x) {
  const double root = std::sqrt(5.0);
  return std::pow((1 + root) / 2, x) / root;
}

bool is_fibonacci(uint64_t x) {
  return std::binary_search(table.begin(), table.end(), x);
}

std::vector<uint64_t> terms(uint64_t first, uint64_t count) {
  need_terms(first, count);
  return count == 0 ? std::vector<uint64_t>()
                    : std::vector<uint64_t>(&table[first], &table[first] + count);
}

void fill(uint64_t* out, size_t count) {
  uint64_t a = 0, b = 1;
  for (size_t i = 0; i < count; ++i) {
    out[i] = a;
    b = std::exchange(a, b) + b;
  }
}

void fib_each(const uint64_t* indices, uint64_t* results, size_t length) {
  // One read for check and use: another thread may write to the memory in between.
  const auto index = [&](size_t i) {
    const uint64_t n = __atomic_load_n(&indices[i], __ATOMIC_RELAXED);
    if (__builtin_expect(n > last, 0)) refuse_index(i, n);
    return n;
  };
  for (size_t i = 0; i < length; ++i) index(i);
  // As in memmove(): an index is read before a result is written over it.
  const std::less<const uint64_t*> before;
  if (before(indices, results) && before(results, indices + length)) {
    for (size_t i = length; i-- > 0;) results[i] = table[index(i)];
  } else {
    for (size_t i = 0; i < length; ++i) results[i] = table[index(i)];
  }
}

Term nearest(uint64_t x) {
  auto above = static_cast<uint64_t>(std::lower_bound(table.begin(), table.end(), x) -
                                     table.begin());
  if (above > last) return Term{last, table[last]};
  if (above > 0 && x - table[above - 1] <= table[above] - x) --above;
  return Term{above, table[above]};
}

std::vector<Term> zeckendorf(uint64_t x) {
  std::vector<Term> sum;
  for (uint64_t n = last; x > 0; --n) {
    if (table[n] > x) continue;
    sum.push_back(Term{n, table[n]});
    x -= table[n];
  }
  return sum;
}

uint64_t visit(uint64_t first, uint64_t count, Visitor visitor, void* user) {
  need_terms(first, count);
  for (uint64_t i = 0; i < count; ++i) {
    if (!visitor(first + i, table[first + i], user)) return i + 1;
  }
  return count;
}

uint64_t listen(uint64_t first, uint64_t count, Listener& listener) {
  need_terms(first, count);
  for (uint64_t i = 0; i < count; ++i) {
    if (!listener.on_term(first + i, table[first + i])) return i + 1;
  }
  return count;
}

Listener::Listener() { live.fetch_add(1, std::memory_order_relaxed); }
Listener::~Listener() { live.fetch_sub(1, std::memory_order_relaxed); }

Sequence::Sequence(uint64_t start) : start_(start), position_(start) {
  if (start > last + 1) refuse<std::out_of_range>("start", "at most 94", start);
  live.fetch_add(1, std::memory_order_relaxed);
}
Sequence::Sequence(const Sequence& other)
    : start_(other.start_), position_(other.position_) {
  live.fetch_add(1, std::memory_order_relaxed);
}
Sequence::~Sequence() { live.fetch_sub(1, std::memory_order_relaxed); }

uint64_t Sequence::peek() const {
  if (exhausted()) refuse<std::out_of_range>("position", "at most 93", position_);
  return table[position_];
}
uint64_t Sequence::advance() {
  const uint64_t term = peek();
  ++position_;
  return term;
}
void Sequence::reset() { position_ = start_; }
uint64_t Sequence::position() const { return position_; }
bool Sequence::exhausted() const { return position_ > last; }

uint64_t live_objects() { return live.load(std::memory_order_relaxed); }

std::string library_version() { return FIB_VERSION_STRING; }

}  // namespace fibonacci
