// Numbers of any size.
#include <algorithm>

#include "cases.hpp"
#include "catch.hpp"

using namespace fibonacci;
using cases::call;

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
  std::vector<uint64_t> sum;  // F(n-2) + F(n-1), limb by limb
  for (uint64_t n = 3; n <= 3000; ++n) {
    const Integer shorter = fib_exact(n - 2), longer = fib_exact(n - 1),
                  term = fib_exact(n);
    sum.assign(longer.limbs().size() + 1, 0);
    unsigned __int128 carry = 0;
    for (size_t i = 0; i < sum.size(); ++i) {
      if (i < longer.limbs().size()) carry += longer.limbs()[i];
      if (i < shorter.limbs().size()) carry += shorter.limbs()[i];
      sum[i] = static_cast<uint64_t>(carry);
      carry >>= 64;
    }
    REQUIRE(Integer(sum).limbs() == term.limbs());
    REQUIRE(index_of(term) == n);
  }
  CHECK(cases::write(fib_exact(3000)) == fib_decimal(3000));
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
