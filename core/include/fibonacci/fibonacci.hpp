/// The C++ API of the Fibonacci library. F(0) = 0 and F(1) = 1.
///
/// Every integer argument is a uint64_t and the library checks its range. Functions may
/// be called from any thread; one Sequence belongs to one thread at a time. SWIG reads
/// this file: <stdint.h> names without std::.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "fibonacci/export.h"

namespace fibonacci {

/// Ways of computing F(n), for comparison.
enum class Algorithm {
  recursive,      ///< the definition: exponential
  iterative,      ///< n additions
  fast_doubling,  ///< 2 log2(n) multiplications; D. Takahashi, IPL 75 (2000) 243
  matrix,         ///< powers of {{1, 1}, {1, 0}}; Knuth, TAOCP 1, 1.2.8
  binet,          ///< phi^n / sqrt(5) in double, rounded: wrong above n = 70
};

/// A Fibonacci number and where it stands.
struct Term {
  uint64_t index;  ///< n
  uint64_t term;   ///< F(n)
};

/// A natural number of any size. A host shows its own big integer instead.
class FIB_API Integer {
 public:
  Integer() = default;  ///< 0
  /// Takes 64-bit limbs, least significant first; zero limbs at the end are dropped.
  explicit Integer(std::vector<uint64_t> limbs);
  /// Least significant first; the last is not 0; none for 0.
  const std::vector<uint64_t>& limbs() const { return limbs_; }

 private:
  std::vector<uint64_t> limbs_;
};

/// Called with each term and the `user` given beside it; false stops. It must not throw.
typedef bool (*Visitor)(uint64_t index, uint64_t term, void* user);

/// To derive a class from, for listen().
class FIB_API Listener {
 public:
  Listener();
  virtual ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  /// Called with each term; false stops.
  virtual bool on_term(uint64_t index, uint64_t term) = 0;
};

/// Asked now and then by a call that can run long, on the thread that made the call; true
/// stops the call. `user` is what was given beside it. It may throw: that ends the call
/// too. It may call the library: meanwhile the thread has no check.
typedef bool (*StopCheck)(void* user);

/// Lets calls be stopped: as long as the object lives, fib_recursive(), fib_by(),
/// fib_exact(), fib_decimal(), index_of() and caption() on the thread that made it ask
/// `check` about once per millisecond, and between the multiplications of large numbers.
/// A single multiplication (seconds for n = 10^9) and the conversion to decimal digits
/// (minutes) cannot be stopped. The latest object of a thread counts; it must be
/// destroyed before the earlier ones and on the same thread.
class FIB_API Stoppable {
 public:
  /// Borrows `user` for the life of the object.
  Stoppable(StopCheck check, void* user);
  ~Stoppable();
  Stoppable(const Stoppable&) = delete;
  Stoppable& operator=(const Stoppable&) = delete;

 private:
  StopCheck outer_check_;
  void* outer_user_;
};

/// Thrown by a call whose StopCheck said true.
class FIB_API Stopped : public std::exception {
 public:
  const char* what() const noexcept override;
};

/// Nothing: the price of the crossing itself.
FIB_API void noop();
/// 93, the largest n whose F(n) fits 64 bits.
FIB_API uint64_t max_index();
/// F(n) mod 2^64, for any n. Never fails.
FIB_API uint64_t fib_wrapping(uint64_t n);
/// F(n).
/// @throws std::overflow_error when n > max_index()
FIB_API uint64_t fib(uint64_t n);
/// F(n) by the definition, 2 F(n+1) - 1 calls: hours for n = 60.
/// @throws std::overflow_error when n > max_index(), Stopped when a Stoppable says so
FIB_API uint64_t fib_recursive(uint64_t n);
/// F(n) by the algorithm named.
/// @throws std::overflow_error when n > max_index(), Stopped when a Stoppable says so
FIB_API uint64_t fib_by(Algorithm how, uint64_t n);
/// F(n) mod m, for any n.
/// @throws std::invalid_argument when m = 0
FIB_API uint64_t fib_mod(uint64_t n, uint64_t m);
/// x(n) mod 2^64 of x(0) = a, x(1) = b, x(k+1) = p x(k) + q x(k-1), in O(log n).
/// Never fails.
FIB_API uint64_t recurrence(uint64_t p, uint64_t q, uint64_t a, uint64_t b, uint64_t n);
/// phi^x / sqrt(5), the formula of Binet without its vanishing second half.
FIB_API double binet(double x);
/// Is there an n with F(n) = x?
FIB_API bool is_fibonacci(uint64_t x);

/// F(n), of any size up to n = 10^9 (87 MB): every host's big integer holds that.
/// @throws std::overflow_error when n > 10^9, std::bad_alloc when there is no memory for
/// it, Stopped when a Stoppable says so
FIB_API Integer fib_exact(uint64_t n);
/// The n with F(n) = x; 1 for 1.
/// @throws std::invalid_argument when there is none, std::bad_alloc when there is no
/// memory for a term of its size, Stopped when a Stoppable says so
FIB_API uint64_t index_of(const Integer& x);
/// F(n) in decimal. Its conversion to digits cannot be stopped: minutes for n = 10^9.
/// @throws std::overflow_error when n > 10^9, std::bad_alloc when there is no memory for
/// it, Stopped when a Stoppable says so
FIB_API std::string fib_decimal(uint64_t n);

/// Is it a prefix of the infinite Fibonacci word abaababa...?
FIB_API bool is_word(std::string_view text);
/// `label(n) = F(n)`. The label is any UTF-8, NUL included. A host cannot stop a long
/// call, because it lends the label's memory.
/// @throws as fib_exact()
FIB_API std::string caption(std::string_view label, uint64_t n);
/// The n-th Fibonacci word, F(n+1) letters: b, a, ab, aba, abaab, ...
/// @throws std::out_of_range when n > 30
FIB_API std::string word(uint64_t n);

/// F(first), ..., F(first + count - 1).
/// @throws std::overflow_error when one lies above max_index()
FIB_API std::vector<uint64_t> terms(uint64_t first, uint64_t count);
/// The numbers in Fibonacci coding (Fraenkel and Klein, DAM 64 (1996) 31), first bit
/// highest, padded with 0.
/// @throws std::invalid_argument when one is 0
FIB_API std::vector<uint8_t> encode(const std::vector<uint64_t>& numbers);
/// The numbers that encode() packed.
/// @throws std::invalid_argument for a malformed stream
FIB_API std::vector<uint64_t> decode(const uint8_t* bytes, size_t size);
/// F(0), F(1), ... mod 2^64 into the caller's memory.
FIB_API void fill(uint64_t* out, size_t count);
/// results[i] = F(indices[i]); all indices are checked before a result is written. The
/// two may be the same memory, or overlap: the results are those of separate memory.
/// @throws std::overflow_error when an index lies above max_index(): before a result is
/// written, unless another thread changes the indices meanwhile
FIB_API void fib_each(const uint64_t* indices, uint64_t* results, size_t length);

/// The term closest to x; the smaller of two that are equally close.
FIB_API Term nearest(uint64_t x);
/// The unique sum of terms with no two neighbours, largest first (Zeckendorf 1972); empty
/// for 0.
FIB_API std::vector<Term> zeckendorf(uint64_t x);

/// Calls back with F(first), ..., F(first + count - 1) until the visitor says false.
/// Returns how many it was called with.
/// @throws std::overflow_error, before the first call, when a term lies above max_index()
FIB_API uint64_t visit(uint64_t first, uint64_t count, Visitor visitor, void* user);
/// visit() with an object, whose on_term() is called.
FIB_API uint64_t listen(uint64_t first, uint64_t count, Listener& listener);

/// F(start), F(start + 1), ..., F(max_index()), one at a time.
class FIB_API Sequence {
 public:
  /// @throws std::out_of_range when start > max_index() + 1
  explicit Sequence(uint64_t start = 0);
  Sequence(const Sequence& other);
  Sequence& operator=(const Sequence& other) = default;
  ~Sequence();
  /// F(position); then moves on.
  /// @throws std::out_of_range when exhausted
  uint64_t advance();
  /// F(position); stays.
  /// @throws std::out_of_range when exhausted
  uint64_t peek() const;
  /// Goes back to start.
  void reset();
  /// The index of the term that comes.
  uint64_t position() const;
  /// Was F(max_index()) given out?
  bool exhausted() const;

 private:
  uint64_t start_;
  uint64_t position_;
};

/// Sequences and Listeners that are alive: the leak ledger.
FIB_API uint64_t live_objects();
/// major.minor.patch
FIB_API std::string library_version();

}  // namespace fibonacci
