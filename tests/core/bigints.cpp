// Numbers of any size.
#include <algorithm>

#include "cases.hpp"
#include "catch.hpp"

using namespace fibonacci;
using cases::call;

namespace {

/// The limbs of a + b, where b is not shorter.
std::vector<uint64_t> sum(const Integer& a, const Integer& b) {
  std::vector<uint64_t> limbs(b.limbs().size() + 1);
  unsigned __int128 carry = 0;
  for (size_t i = 0; i < limbs.size(); ++i) {
    if (i < b.limbs().size()) carry += b.limbs()[i];
    if (i < a.limbs().size()) carry += a.limbs()[i];
    limbs[i] = static_cast<uint64_t>(carry);
    carry >>= 64;
  }
  return Integer(limbs).limbs();
}

}  // namespace

TEST_CASE("big integers as in the cases") {
  CHECK(cases::run("bigints.tsv", {
                                      {"fib_exact", call(fib_exact)},
                                      {"fib_decimal", call(fib_decimal)},
                                      {"index_of", call(index_of)},
                                  }) == 0);
}

TEST_CASE("an Integer drops its zero limbs") {
  CHECK(Integer().limbs().empty());
  CHECK(Integer({0, 0, 0}).limbs().empty());
  CHECK(Integer({5, 0}).limbs() == std::vector<uint64_t>{5});
  CHECK(Integer({0, 5}).limbs() == std::vector<uint64_t>{0, 5});
  CHECK(index_of(Integer({8, 0, 0})) == 6);
}

TEST_CASE("every term up to 3000 has its index, its sum and its digits") {
  for (uint64_t n = 3; n <= 3000; ++n) {
    const Integer term = fib_exact(n);
    REQUIRE(sum(fib_exact(n - 2), fib_exact(n - 1)) == term.limbs());
    REQUIRE(index_of(term) == n);
  }
  CHECK(cases::write(fib_exact(3000)) == fib_decimal(3000));
}

TEST_CASE("terms on both sides of where the library itself doubles are sums too") {
  for (const uint64_t first : {999'996, 1'999'996, 3'999'996}) {
    std::vector<Integer> terms;
    for (uint64_t n = first; n < first + 10; ++n) terms.push_back(fib_exact(n));
    for (size_t i = 2; i < terms.size(); ++i) {
      INFO("F(" << first + i << ")");
      const bool is_sum = sum(terms[i - 2], terms[i - 1]) == terms[i].limbs();
      CHECK(is_sum);  // and not the comparison: a failure would print all limbs
    }
  }
}

TEST_CASE("a million digits have an index too") {
  Integer term = fib_exact(5'000'000);
  CHECK(index_of(term) == 5'000'000);
  std::vector<uint64_t> limbs = term.limbs();
  ++limbs[limbs.size() / 2];
  CHECK_THROWS_AS(index_of(Integer(limbs)), std::invalid_argument);
}

TEST_CASE("a number larger than every term that fits is refused without computing it") {
  std::vector<uint64_t> limbs(20'000'000, 1);
  CHECK_THROWS_AS(index_of(Integer(limbs)), std::invalid_argument);
}
