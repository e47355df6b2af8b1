// Stop requests: calls that can run long ask, end when they are told to, and leave no
// trace.
#include <atomic>
#include <functional>
#include <map>
#include <stdexcept>
#include <thread>

#include "catch.hpp"
#include "fibonacci/fibonacci.hpp"

using namespace fibonacci;

namespace {

/// Says stop at the call of that number, counted from 1; never for 0.
struct Check {
  int stop_at;
  int asked = 0;
  static bool ask(void* p) {
    auto* self = static_cast<Check*>(p);
    return ++self->asked == self->stop_at;
  }
};

/// How often the call asks when it is never told to stop.
int questions(const std::function<void()>& call) {
  Check check{0};
  const Stoppable stoppable(Check::ask, &check);
  call();
  return check.asked;
}

}  // namespace

TEST_CASE("a recursion of hours ends at the first question") {
  Check check{1};
  const Stoppable stoppable(Check::ask, &check);
  CHECK_THROWS_AS(fib_recursive(93), Stopped);
  CHECK(check.asked == 1);
}

TEST_CASE("every question of a recursion may end it") {
  const int all = questions([] { fib_recursive(29); });
  CHECK(all == 13);  // F(7) parts, of 24 and of 23
  for (int n = 1; n <= all; ++n) {
    Check check{n};
    const Stoppable stoppable(Check::ask, &check);
    CHECK_THROWS_AS(fib_by(Algorithm::recursive, 29), Stopped);
    CHECK(check.asked == n);
  }
}

TEST_CASE("short calls ask nothing") {
  CHECK(questions([] {
          fib_recursive(24);
          fib(93);
          fib_exact(500'000);
          fib_decimal(93);
        }) == 0);
}

TEST_CASE("large numbers ask between their multiplications") {
  // One before the last multiplication, two in each doubling of a pair of 10^6 or more.
  const std::map<uint64_t, int> expected = {{1'000'000, 1}, {4'000'001, 5}};
  for (const auto& [n, all] : expected) {
    Integer whole;
    CHECK(questions([&, index = n] { whole = fib_exact(index); }) == all);
    for (int stop_at = 1; stop_at <= all; ++stop_at) {
      Check check{stop_at};
      const Stoppable stoppable(Check::ask, &check);
      CHECK_THROWS_AS(fib_exact(n), Stopped);
      CHECK_THROWS_AS((check.asked = stop_at - 1, fib_decimal(n)), Stopped);
      CHECK_THROWS_AS((check.asked = stop_at - 1, index_of(whole)), Stopped);
      CHECK_THROWS_AS((check.asked = stop_at - 1, caption("F", n)), Stopped);
    }
    CHECK(index_of(whole) == n);
  }
}

TEST_CASE("the latest Stoppable of a thread counts, and no other thread's") {
  Check outer{0}, inner{0};
  const Stoppable first(Check::ask, &outer);
  {
    const Stoppable second(Check::ask, &inner);
    fib_recursive(25);
    CHECK((inner.asked == 2 && outer.asked == 0));
    std::thread([] { fib_recursive(25); }).join();
    CHECK((inner.asked == 2 && outer.asked == 0));
  }
  fib_recursive(25);
  CHECK((inner.asked == 2 && outer.asked == 2));
}

TEST_CASE("a check may call the library, and is not asked about that") {
  int asked = 0;
  const StopCheck calls = [](void* p) {
    ++*static_cast<int*>(p);
    fib_recursive(25);
    caption("F", 2'000'000);
    return false;
  };
  const Stoppable stoppable(calls, &asked);
  CHECK(fib_recursive(26) == 121393);
  CHECK(asked == 3);
}

TEST_CASE("what a check throws leaves the call, and the next call is asked for again") {
  const Stoppable stoppable([](void*) -> bool { throw std::runtime_error("enough"); },
                            nullptr);
  CHECK_THROWS_AS(fib_recursive(60), std::runtime_error);
  CHECK_THROWS_AS(fib_recursive(60), std::runtime_error);
}
