// Any thread may call; each has its own Sequence. Made to run under ThreadSanitizer.
#include <atomic>
#include <stdexcept>
#include <thread>

#include "catch.hpp"
#include "fibonacci/fibonacci.h"
#include "fibonacci/fibonacci.hpp"

namespace {

constexpr int turns = 200;

/// Uses everything that could share something; the number of wrong results.
int work() {
  int wrong = 0;
  for (int turn = 0; turn < turns; ++turn) {
    fibonacci::Sequence sequence(90);
    while (!sequence.exhausted()) {
      const uint64_t n = sequence.position();
      wrong += sequence.advance() != fibonacci::fib(n);
    }
    fib_sequence* other = nullptr;
    wrong += fib_sequence_new(90, &other) != FIB_OK;
    uint64_t term = 0;
    wrong += fib_sequence_advance(other, &term) != FIB_OK || term != fibonacci::fib(90);
    fib_sequence_free(other);

    wrong += fibonacci::index_of(fibonacci::fib_exact(1000)) != 1000;
    wrong += fibonacci::fib_decimal(20'000).size() != 4180;
    wrong += !fibonacci::is_word(fibonacci::word(12));
    const std::vector<uint8_t> bytes = fibonacci::encode({1, 2, UINT64_MAX});
    wrong += fibonacci::decode(bytes.data(), bytes.size()).size() != 3;
    try {
      wrong += fibonacci::fib(94) != 0;
    } catch (const std::overflow_error&) {
    }
  }
  return wrong;
}

}  // namespace

TEST_CASE("threads do not disturb each other") {
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { wrong += work(); });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(fibonacci::live_objects() == 0);
}

TEST_CASE("a sequence may go from one thread to the next") {
  fibonacci::Sequence sequence;
  for (uint64_t n = 0; n < 10; ++n) {
    uint64_t term = 0;
    std::thread([&] { term = sequence.advance(); }).join();
    CHECK(term == fibonacci::fib(n));
  }
}
