// Numbers of any size, by GMP.
#include <gmp.h>  // not gmpxx.h: its global function fibonacci() clashes with the namespace
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <utility>

#include "fibonacci/fibonacci.hpp"
#include "internal.hpp"

namespace fibonacci {
namespace {

static_assert(sizeof(mp_limb_t) == sizeof(uint64_t) && GMP_NAIL_BITS == 0,
              "GMP needs 64-bit limbs");

/// A number of GMP's, owned.
class Number {
 public:
  Number() { mpz_init(z_); }
  ~Number() { mpz_clear(z_); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  mpz_ptr get() { return z_; }

 private:
  mpz_t z_;
};

/// F(n) and F(n-1) by doubling, as mpz_fib2_ui() computes them, but with a question
/// before each doubling of large numbers: GMP itself cannot be stopped.
constexpr uint64_t never_long = 1'000'000;
void compute_pair(uint64_t n, mpz_ptr at, mpz_ptr before) {
  if (n < never_long) return mpz_fib2_ui(at, before, n);
  const uint64_t k = n / 2;
  compute_pair(k, at, before);
  ask_to_stop();
  mpz_mul(at, at, at);
  ask_to_stop();
  mpz_mul(before, before, before);
  // F(2k+1) = 4 F(k)^2 - F(k-1)^2 + 2 (-1)^k and F(2k-1) = F(k)^2 + F(k-1)^2
  Number above;
  mpz_mul_2exp(above.get(), at, 2);
  mpz_sub(above.get(), above.get(), before);
  (k % 2 == 0 ? mpz_add_ui : mpz_sub_ui)(above.get(), above.get(), 2);
  mpz_add(before, at, before);
  mpz_sub(at, above.get(), before);
  if (n % 2 == 1) {
    mpz_swap(before, at);
    mpz_swap(at, above.get());
  }
}

/// F(n), with one multiplication at the end where a pair would need two.
void compute(uint64_t n, mpz_ptr result) {
  if (n < never_long) return mpz_fib_ui(result, n);
  const uint64_t k = n / 2;
  Number at, before;
  compute_pair(k, at.get(), before.get());
  ask_to_stop();
  if (n % 2 == 0) {  // F(k) (F(k) + 2 F(k-1))
    mpz_mul_2exp(before.get(), before.get(), 1);
    mpz_add(before.get(), before.get(), at.get());
    mpz_mul(result, at.get(), before.get());
  } else {  // (2 F(k) + F(k-1)) (2 F(k) - F(k-1)) + 2 (-1)^k
    Number sum;
    mpz_mul_2exp(at.get(), at.get(), 1);
    mpz_add(sum.get(), at.get(), before.get());
    mpz_sub(at.get(), at.get(), before.get());
    mpz_mul(result, sum.get(), at.get());
    (k % 2 == 0 ? mpz_add_ui : mpz_sub_ui)(result, result, 2);
  }
}

std::string decimal(mpz_srcptr z) {
  std::string digits(mpz_sizeinbase(z, 10) + 1, '\0');
  mpz_get_str(digits.data(), 10, z);
  digits.resize(digits.find('\0'));
  return digits;
}

/// GMP ends the process when it gets no memory: what it will need is asked for first.
/// `copies`: how many times the size of F(n) the work holds at its peak, measured and
/// rounded up.
void need_memory(uint64_t n, size_t copies) {
  if (n > largest_exact) {
    refuse<std::overflow_error>("n", "at most 1000000000", n);
  }
  if (n < 10'000) return;
  static const auto physical = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) *
                               static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t bytes = n / 11 * copies;  // F(n) has 0.0868 n bytes
  void* volatile trial = bytes < physical ? std::malloc(bytes) : nullptr;
  if (trial == nullptr) throw std::bad_alloc();
  std::free(trial);
}

}  // namespace

Integer::Integer(std::vector<uint64_t> limbs) : limbs_(std::move(limbs)) {
  while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
}

Integer fib_exact(uint64_t n) {
  if (n <= last) return Integer({table[n]});
  need_memory(n, 6);
  Number x;
  compute(n, x.get());
  const mp_limb_t* limbs = mpz_limbs_read(x.get());
  return Integer(std::vector<uint64_t>(limbs, limbs + mpz_size(x.get())));
}

std::string fib_decimal(uint64_t n) {
  if (n <= last) return std::to_string(table[n]);
  need_memory(n, 12);
  Number x;
  compute(n, x.get());
  ask_to_stop();
  return decimal(x.get());
}

uint64_t index_of(const Integer& x) {
  const std::vector<uint64_t>& limbs = x.limbs();
  if (limbs.empty()) return 0;
  mpz_t z;
  mpz_roinit_n(z, limbs.data(), static_cast<mp_size_t>(limbs.size()));

  // F(n) is the integer nearest to phi^n / sqrt(5): n from the logarithm, then its
  // neighbours for sure.
  signed long exponent;
  const double fraction = mpz_get_d_2exp(&exponent, z);
  const double log2_x = static_cast<double>(exponent) + std::log2(fraction);
  const double n = (log2_x + std::log2(5.0) / 2) / std::log2((1 + std::sqrt(5.0)) / 2);
  const auto guess = static_cast<uint64_t>(std::max(1.0, std::round(n) - 1));
  for (uint64_t i = guess; i <= guess + 2 && i <= largest_exact; ++i) {
    if (fib_wrapping(i) != limbs[0]) continue;  // all but the right one end here
    need_memory(i, 6);
    Number term;
    compute(i, term.get());
    if (mpz_cmp(term.get(), z) == 0) return i;
  }
  refuse<std::invalid_argument>(
      "x", "a Fibonacci number",
      limbs.size() <= 2
          ? decimal(z)
          : "a number of " + std::to_string(mpz_sizeinbase(z, 2)) + " bits");
}

}  // namespace fibonacci
