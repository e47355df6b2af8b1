// Numbers of 64 bits.
#include <cmath>

#include "cases.hpp"
#include "catch.hpp"

using namespace fibonacci;
using cases::call;

TEST_CASE("numbers as in the cases") {
  CHECK(cases::run("numbers.tsv", {
                                      {"noop", call(noop)},
                                      {"max_index", call(max_index)},
                                      {"library_version", call(library_version)},
                                      {"fib_wrapping", call(fib_wrapping)},
                                      {"fib", call(fib)},
                                      {"fib_recursive", call(fib_recursive)},
                                      {"fib_by", call(fib_by)},
                                      {"fib_mod", call(fib_mod)},
                                      {"recurrence", call(recurrence)},
                                      {"binet", call(binet)},
                                      {"is_fibonacci", call(is_fibonacci)},
                                  }) == 0);
}

TEST_CASE("an algorithm that is a negative number is refused") {
  CHECK_THROWS_AS(fib_by(static_cast<Algorithm>(-1), 10), std::invalid_argument);
}

TEST_CASE("binet stays near the term even where no digit of its last ones is right") {
  for (uint64_t n = 71; n <= max_index(); ++n) {
    const double term = static_cast<double>(fib(n));
    CHECK(std::abs(static_cast<double>(fib_by(Algorithm::binet, n)) - term) <=
          1e-12 * term);
  }
}

TEST_CASE("the wrapping terms obey the definition at the end of the range") {
  for (uint64_t n = UINT64_MAX - 100; n < UINT64_MAX; ++n) {
    CHECK(fib_wrapping(n - 1) + fib_wrapping(n) == fib_wrapping(n + 1));
  }
}
