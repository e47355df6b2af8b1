// The class Sequence.
#include <optional>

#include "cases.hpp"
#include "catch.hpp"

using namespace fibonacci;

namespace {

/// A Sequence that may end early; using it then is what C++ forbids.
class Ending {
 public:
  Ending() : sequence_(std::in_place) {}
  explicit Ending(uint64_t start) : sequence_(std::in_place, start) {}
  uint64_t advance() { return alive().advance(); }
  uint64_t peek() { return alive().peek(); }
  uint64_t position() { return alive().position(); }
  bool exhausted() { return alive().exhausted(); }
  void reset() { alive().reset(); }
  void destroy() { sequence_.reset(); }

 private:
  Sequence& alive() {
    if (!sequence_) throw cases::Inexpressible();
    return *sequence_;
  }
  std::optional<Sequence> sequence_;
};

}  // namespace

TEST_CASE("sequences as in the cases") {
  const cases::Calls calls = {{"Sequence", cases::run_sequence<Ending>},
                              {"live_objects", cases::call(live_objects)}};
  CHECK(cases::run("sequences.tsv", calls) == 6);  // a destroyed one, by each operation
}

TEST_CASE("copies are independent and all are in the ledger") {
  {
    Sequence one(10);
    one.advance();
    Sequence two(one);
    Sequence three;
    three = one;
    CHECK(live_objects() == 3);
    CHECK(two.advance() == fib(11));
    CHECK(one.position() == 11);
    CHECK(three.position() == 11);
    two.reset();
    CHECK(two.position() == 10);
  }
  CHECK(live_objects() == 0);
}

TEST_CASE("what fails to be made is not in the ledger") {
  CHECK_THROWS_AS(Sequence(95), std::out_of_range);
  CHECK(live_objects() == 0);
}
