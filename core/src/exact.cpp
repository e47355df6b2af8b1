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

/// F(n), owned.
class Number {
 public:
  explicit Number(uint64_t n) {
    mpz_init(z_);
    mpz_fib_ui(z_, n);
  }
  ~Number() { mpz_clear(z_); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  mpz_srcptr get() const { return z_; }

 private:
  mpz_t z_;
};

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
  const Number x(n);
  const mp_limb_t* limbs = mpz_limbs_read(x.get());
  return Integer(std::vector<uint64_t>(limbs, limbs + mpz_size(x.get())));
}

std::string fib_decimal(uint64_t n) {
  if (n <= last) return std::to_string(table[n]);
  need_memory(n, 12);
  return decimal(Number(n).get());
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
    if (mpz_cmp(Number(i).get(), z) == 0) return i;
  }
  refuse<std::invalid_argument>(
      "x", "a Fibonacci number",
      limbs.size() <= 2
          ? decimal(z)
          : "a number of " + std::to_string(mpz_sizeinbase(z, 2)) + " bits");
}

}  // namespace fibonacci
