// Lists, bytes and memory of the caller.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <stdexcept>
#include <thread>

#include "cases.hpp"
#include "catch.hpp"

using namespace fibonacci;
using cases::Arguments;
using cases::call;

TEST_CASE("lists as in the cases") {
  const auto decode_bytes = [](const Arguments& arguments) {
    const std::vector<uint8_t> bytes = cases::read_bytes(arguments.at(0));
    return cases::write(decode(bytes.data(), bytes.size()));
  };
  CHECK(cases::run("lists.tsv", {
                                    {"terms", call(terms)},
                                    {"encode", call(encode)},
                                    {"decode", decode_bytes},
                                }) == 0);
}

TEST_CASE("memory as in the cases") {
  const auto fill_memory = [](const Arguments& arguments) {
    std::vector<uint64_t> out = cases::read_memory(arguments.at(0));
    fill(out.data(), out.size());
    return "nil u64" + cases::write(out);
  };
  const auto each = [](const Arguments& arguments) {
    const std::vector<uint64_t> indices = cases::read_memory(arguments.at(0), true);
    std::vector<uint64_t> results = cases::read_memory(arguments.at(1));
    if (indices.size() != results.size()) throw cases::Inexpressible();
    fib_each(indices.data(), results.data(), indices.size());
    return "nil u64" + cases::write(indices) + " u64" + cases::write(results);
  };
  CHECK(cases::run("optional_buffers.tsv", {{"fill", fill_memory}, {"fib_each", each}}) >
        0);
}

TEST_CASE("fib_each writes nothing when it fails") {
  const std::vector<uint64_t> indices = {1, 2, 94};
  std::vector<uint64_t> results(3, 9);
  CHECK_THROWS_AS(fib_each(indices.data(), results.data(), 3), std::overflow_error);
  CHECK(results == std::vector<uint64_t>(3, 9));
}

TEST_CASE("fib_each works in place") {
  std::vector<uint64_t> numbers = {10, 0, 93, 20};
  fib_each(numbers.data(), numbers.data(), numbers.size());
  CHECK(numbers == std::vector<uint64_t>{fib(10), fib(0), fib(93), fib(20)});
}

TEST_CASE("fib_each gives in memory that overlaps what it gives in separate memory") {
  constexpr size_t size = 12;
  for (size_t from = 0; from < size; ++from) {
    for (size_t to = 0; to < size; ++to) {
      for (size_t length = 0; length + std::max(from, to) <= size; ++length) {
        std::vector<uint64_t> memory(size), separate(length);
        for (size_t i = 0; i < size; ++i) memory[i] = 93 - i;
        fib_each(&memory[from], separate.data(), length);
        fib_each(&memory[from], &memory[to], length);
        REQUIRE(std::equal(separate.begin(), separate.end(), memory.begin() + to));
      }
    }
  }
}

TEST_CASE("fib_each in memory that overlaps writes nothing when it fails") {
  std::vector<uint64_t> memory = {93, 5, 94, 5};
  const std::vector<uint64_t> before = memory;
  CHECK_THROWS_AS(fib_each(&memory[0], &memory[1], 3), std::overflow_error);
  CHECK_THROWS_AS(fib_each(&memory[1], &memory[0], 3), std::overflow_error);
  CHECK(memory == before);
}

TEST_CASE("an index that another thread changes meanwhile gives a result or an error") {
  std::vector<uint64_t> indices(1000, 5), results(indices.size());
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (uint64_t n = 5; !done; n ^= uint64_t{1} << 40)
      __atomic_store_n(&indices.back(), n, __ATOMIC_RELAXED);
  });
  // Until both values were met in turn: on a busy machine one thread waits for the other.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  bool refused = false;
  for (int changes = 0; changes < 100 && std::chrono::steady_clock::now() < end;) {
    const bool before = refused;
    try {
      fib_each(indices.data(), results.data(), indices.size());
      refused = false;
    } catch (const std::overflow_error&) {  // as it should when it sees 2^40
      refused = true;
    }
    if (refused != before) ++changes;
  }
  done = true;
  writer.join();
  CHECK(std::count_if(results.begin(), results.end(), [](uint64_t x) { return x > 5; }) ==
        0);
}

TEST_CASE("fill keeps to its memory and wraps like fib_wrapping") {
  std::vector<uint64_t> memory(2001, 9);
  fill(memory.data() + 1, 1999);
  CHECK(memory.front() == 9);
  CHECK(memory.back() == 9);
  for (uint64_t n = 0; n < 1999; ++n) REQUIRE(memory[n + 1] == fib_wrapping(n));
}

TEST_CASE("numbers of every size survive their coding") {
  std::mt19937_64 random(1202);
  std::vector<uint64_t> numbers(5000);
  for (uint64_t& number : numbers)
    number = std::max<uint64_t>(1, random() >> random() % 64);
  const std::vector<uint8_t> bytes = encode(numbers);
  CHECK(decode(bytes.data(), bytes.size()) == numbers);
}

TEST_CASE("every stream of two bytes is refused or the one code of its numbers") {
  int refused = 0;
  for (unsigned stream = 0; stream < 0x10000; ++stream) {
    const std::vector<uint8_t> bytes = {static_cast<uint8_t>(stream >> 8),
                                        static_cast<uint8_t>(stream)};
    std::vector<uint64_t> numbers;
    try {
      numbers = decode(bytes.data(), bytes.size());
    } catch (const std::invalid_argument&) {
      ++refused;
      continue;
    }
    REQUIRE(encode(numbers) == bytes);
  }
  CHECK(refused > 0);
}
