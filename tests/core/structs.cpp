// Terms, one and many.
#include "cases.hpp"
#include "catch.hpp"

using namespace fibonacci;
using cases::call;

TEST_CASE("terms as in the cases") {
  CHECK(cases::run("structs.tsv",
                   {{"nearest", call(nearest)}, {"zeckendorf", call(zeckendorf)}}) == 0);
}

TEST_CASE("the sum of no two neighbours is the number") {
  for (uint64_t x = 0; x < 20'000; ++x) {
    uint64_t sum = 0, above = max_index() + 2;
    for (const Term& term : zeckendorf(x)) {
      REQUIRE(term.term == fib(term.index));
      REQUIRE(term.index + 1 < above);
      above = term.index;
      sum += term.term;
    }
    REQUIRE(sum == x);
  }
}
