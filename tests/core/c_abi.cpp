// The C ABI: the same cases, and what only C has: statuses, NULL, buffers, memory that
// stays untouched.
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <set>

#include "cases.hpp"
#include "catch.hpp"
#include "fibonacci/fibonacci.h"

using cases::Arguments;
using cases::call;
using cases::Callback;
using cases::read_u64;

namespace {

constexpr uint64_t untouched = 0xdead;
constexpr size_t no_size = 0xdead;

/// Throws what a status stands for.
void check_status(fib_status status) {
  static const std::map<fib_status, const char*> kinds = {
      {FIB_ERROR_INVALID_ARGUMENT, "argument"},
      {FIB_ERROR_OVERFLOW, "overflow"},
      {FIB_ERROR_OUT_OF_RANGE, "range"},
      {FIB_ERROR_NO_MEMORY, "memory"},
  };
  if (status != FIB_OK)
    throw cases::Failure{kinds.count(status) ? kinds.at(status) : "bug", ""};
}

/// Calls a function whose last parameter is `out`, which must stay as it was on failure.
template <typename Value, typename Function, typename... Given>
Value out_of(Function function, Given... given) {
  Value out = static_cast<Value>(untouched);
  const fib_status status = function(given..., &out);
  if (status != FIB_OK) CHECK(out == static_cast<Value>(untouched));
  check_status(status);
  return out;
}

template <typename Function, typename... Given>
uint64_t number(Function function, Given... given) {
  return out_of<uint64_t>(function, given...);
}

/// Calls a function with a buffer of the caller as a careful program does: asks for the
/// size, then gives a buffer that is one item too short, then the right one.
template <typename Item, typename Function, typename... Given>
std::vector<Item> items(Function function, Given... given) {
  size_t size = no_size;
  const fib_status asked = function(given..., nullptr, 0, &size);
  if (asked != FIB_OK && asked != FIB_ERROR_BUFFER_TOO_SMALL) CHECK(size == no_size);
  if (asked != FIB_ERROR_BUFFER_TOO_SMALL) check_status(asked);
  CHECK((asked == FIB_OK) == (size == 0));

  std::vector<Item> buffer(size + 1);
  const auto* before = reinterpret_cast<const unsigned char*>(buffer.data());
  if (size > 0) {
    size_t needed = no_size;
    CHECK(function(given..., buffer.data(), size - 1, &needed) ==
          FIB_ERROR_BUFFER_TOO_SMALL);
    CHECK(needed == size);
    CHECK(std::all_of(before, before + size * sizeof(Item),
                      [](unsigned char byte) { return byte == 0; }));
  }
  size_t written = no_size;
  check_status(function(given..., buffer.data(), size, &written));
  CHECK(written == size);
  const auto* behind = reinterpret_cast<const unsigned char*>(buffer.data() + size);
  CHECK(std::all_of(behind, behind + sizeof(Item),
                    [](unsigned char byte) { return byte == 0; }));
  buffer.resize(size);
  return buffer;
}

template <typename Function, typename... Given>
std::string string(Function function, Given... given) {
  const std::vector<char> text = items<char>(function, given...);
  return std::string(text.begin(), text.end());
}

fibonacci::Term term(const fib_term& c) { return {c.index, c.term}; }

std::vector<fibonacci::Term> zeckendorf(uint64_t x) {
  std::vector<fibonacci::Term> terms;
  for (const fib_term& c : items<fib_term>(fib_zeckendorf, x)) terms.push_back(term(c));
  return terms;
}

std::string decode(const Arguments& arguments) {
  const std::vector<uint8_t> bytes = cases::read_bytes(arguments.at(0));
  return cases::write(items<uint64_t>(fib_decode, bytes.data(), bytes.size()));
}

std::string fill(const Arguments& arguments) {
  std::vector<uint64_t> memory = cases::read_memory(arguments.at(0));
  check_status(fib_fill(memory.size(), memory.data()));
  return "nil u64" + cases::write(memory);
}

std::string each(const Arguments& arguments) {
  const std::vector<uint64_t> indices = cases::read_memory(arguments.at(0), true);
  std::vector<uint64_t> results = cases::read_memory(arguments.at(1));
  if (indices.size() != results.size()) throw cases::Inexpressible();
  const std::vector<uint64_t> before = results;
  const fib_status status = fib_each(indices.data(), indices.size(), results.data());
  if (status != FIB_OK) CHECK(results == before);
  check_status(status);
  return "nil u64" + cases::write(indices) + " u64" + cases::write(results);
}

bool forward(uint64_t index, uint64_t term, void* user) {
  return (*static_cast<Callback*>(user))(index, term);
}

std::string visit(const Arguments& arguments) {
  Callback callback(arguments.at(2));
  const uint64_t count = number(fib_visit, read_u64(arguments[0]), read_u64(arguments[1]),
                                forward, &callback);
  callback.check();
  return callback.result(count);
}

/// A sequence behind its handle, NULL once it is freed.
class Handle {
 public:
  explicit Handle(uint64_t start = 0) {
    const fib_status status = fib_sequence_new(start, &self_);
    if (status != FIB_OK) CHECK(self_ == nullptr);
    check_status(status);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { fib_sequence_free(self_); }
  uint64_t advance() { return number(fib_sequence_advance, self_); }
  uint64_t peek() { return number(fib_sequence_peek, self_); }
  uint64_t position() { return number(fib_sequence_position, self_); }
  bool exhausted() { return out_of<bool>(fib_sequence_exhausted, self_); }
  void reset() { check_status(fib_sequence_reset(self_)); }
  void destroy() {
    fib_sequence_free(self_);
    self_ = nullptr;
  }

 private:
  fib_sequence* self_ = nullptr;
};

std::string version() { return fib_library_version(); }
bool is_word(std::string_view text) { return fib_is_word(text.data(), text.size()); }
fibonacci::Term nearest(uint64_t x) { return term(fib_nearest(x)); }
uint64_t u64(uint64_t n) { return number(fib_u64, n); }
uint64_t by(fib_algorithm how, uint64_t n) { return number(fib_by, how, n); }
uint64_t mod(uint64_t n, uint64_t m) { return number(fib_mod, n, m); }
std::string decimal(uint64_t n) { return string(fib_decimal, n); }
std::string word(uint64_t n) { return string(fib_word, n); }

fibonacci::Integer exact(uint64_t n) {
  const std::vector<uint64_t> limbs = items<uint64_t>(fib_exact, n);
  CHECK((limbs.empty() || limbs.back() != 0));
  return fibonacci::Integer(limbs);
}

uint64_t index_of(const fibonacci::Integer& x) {
  return number(fib_index_of, x.limbs().data(), x.limbs().size());
}

std::string caption(std::string_view label, uint64_t n) {
  return string(fib_caption, label.data(), label.size(), n);
}

std::vector<uint64_t> terms(uint64_t first, uint64_t count) {
  return items<uint64_t>(fib_terms, first, count);
}

std::vector<uint8_t> encode(const std::vector<uint64_t>& numbers) {
  return items<uint8_t>(fib_encode, numbers.data(), numbers.size());
}

/// The bare function has no status: the case of an index that it wraps is one that C does
/// not have.
uint64_t recursive(uint64_t n) {
  if (n > fib_max_index()) throw cases::Inexpressible();
  return fib_recursive(n);
}

const cases::Calls calls = {
    {"noop", call(fib_noop)},
    {"max_index", call(fib_max_index)},
    {"library_version", call(version)},
    {"live_objects", call(fib_live_objects)},
    {"fib_wrapping", call(fib_wrapping)},
    {"fib", call(u64)},
    {"fib_recursive", call(recursive)},
    {"fib_by", call(by)},
    {"fib_mod", call(mod)},
    {"recurrence", call(fib_recurrence)},
    {"binet", call(fib_binet)},
    {"is_fibonacci", call(fib_is_fibonacci)},
    {"fib_exact", call(exact)},
    {"index_of", call(index_of)},
    {"fib_decimal", call(decimal)},
    {"is_word", call(is_word)},
    {"caption", call(caption)},
    {"word", call(word)},
    {"terms", call(terms)},
    {"encode", call(encode)},
    {"decode", decode},
    {"fill", fill},
    {"fib_each", each},
    {"nearest", call(nearest)},
    {"zeckendorf", call(zeckendorf)},
    {"visit", visit},
    {"Sequence", cases::run_sequence<Handle>},
};

}  // namespace

TEST_CASE("the C ABI gives what the cases say") {
  CHECK(cases::run("numbers.tsv", calls) == 2);  // fib_recursive above 93
  for (const char* file :
       {"bigints", "text", "lists", "structs", "callbacks", "sequences"}) {
    CHECK(cases::run(std::string(file) + ".tsv", calls) == 0);
  }
  CHECK(cases::run("optional_buffers.tsv", calls) > 0);
}

TEST_CASE("fib_recursive gives the wrapped term above 93, without the calls") {
  for (const uint64_t n : {uint64_t{94}, uint64_t{1000}, UINT64_MAX})
    CHECK(fib_recursive(n) == fib_wrapping(n));
}

TEST_CASE("every status has its own message, unknown ones too") {
  std::set<std::string> messages;
  for (int status = FIB_OK; status <= FIB_ERROR_STOPPED + 1; ++status) {
    const char* message = fib_status_message(static_cast<fib_status>(status));
    REQUIRE(message != nullptr);
    messages.insert(message);
  }
  CHECK(messages.size() == FIB_ERROR_STOPPED + 2);
}

TEST_CASE("the library and the header are of one version") {
  CHECK(fib_abi_version() == FIB_ABI_VERSION);
  CHECK(fib_library_version() == std::string(FIB_VERSION_STRING));
}

TEST_CASE("a NULL where memory is needed is an invalid argument") {
  const uint64_t one = 1;
  const uint8_t byte = 0;
  uint64_t number = untouched;
  size_t size = no_size;
  fib_sequence* sequence = nullptr;
  REQUIRE(fib_sequence_new(0, &sequence) == FIB_OK);
  const fib_visitor go = [](uint64_t, uint64_t, void*) { return true; };
  const std::vector<fib_status> statuses = {
      // no `out`
      fib_u64(1, nullptr),
      fib_by(FIB_ALGORITHM_MATRIX, 1, nullptr),
      fib_mod(1, 1, nullptr),
      fib_exact(1, nullptr, 0, nullptr),
      fib_index_of(&one, 1, nullptr),
      fib_decimal(1, nullptr, 0, nullptr),
      fib_caption("F", 1, 1, nullptr, 0, nullptr),
      fib_word(1, nullptr, 0, nullptr),
      fib_terms(0, 1, nullptr, 0, nullptr),
      fib_encode(&one, 1, nullptr, 0, nullptr),
      fib_decode(&byte, 0, nullptr, 0, nullptr),
      fib_zeckendorf(1, nullptr, 0, nullptr),
      fib_visit(0, 0, go, nullptr, nullptr),
      fib_sequence_new(0, nullptr),
      fib_sequence_advance(sequence, nullptr),
      fib_sequence_peek(sequence, nullptr),
      fib_sequence_position(sequence, nullptr),
      fib_sequence_exhausted(sequence, nullptr),
      fib_fill(1, nullptr),
      fib_each(&one, 1, nullptr),
      // no buffer where there should be one
      fib_exact(1, nullptr, 1, &size),
      fib_decimal(1, nullptr, 1, &size),
      fib_caption("F", 1, 1, nullptr, 1, &size),
      fib_word(1, nullptr, 1, &size),
      fib_terms(0, 1, nullptr, 1, &size),
      fib_encode(&one, 1, nullptr, 1, &size),
      fib_decode(&byte, 0, nullptr, 1, &size),
      fib_zeckendorf(1, nullptr, 1, &size),
      // no input
      fib_index_of(nullptr, 1, &number),
      fib_caption(nullptr, 1, 1, nullptr, 0, &size),
      fib_encode(nullptr, 1, nullptr, 0, &size),
      fib_decode(nullptr, 1, nullptr, 0, &size),
      fib_each(nullptr, 1, &number),
      fib_visit(0, 0, nullptr, nullptr, &number),
      // no sequence
      fib_sequence_advance(nullptr, &number),
      fib_sequence_peek(nullptr, &number),
      fib_sequence_reset(nullptr),
      fib_sequence_position(nullptr, &number),
      fib_sequence_exhausted(nullptr, reinterpret_cast<bool*>(&number)),
  };
  for (size_t i = 0; i < statuses.size(); ++i) {
    INFO("call " << i);
    CHECK(statuses[i] == FIB_ERROR_INVALID_ARGUMENT);
  }
  CHECK_FALSE(fib_is_word(nullptr, 1));
  CHECK(number == untouched);
  CHECK(size == no_size);
  CHECK(fib_sequence_position(sequence, &number) == FIB_OK);
  CHECK(number == 0);
  fib_sequence_free(sequence);
}

TEST_CASE("a NULL of no items is fine") {
  uint64_t number = untouched;
  size_t size = no_size;
  CHECK(fib_index_of(nullptr, 0, &number) == FIB_OK);
  CHECK(number == 0);
  CHECK(fib_is_word(nullptr, 0));
  CHECK(fib_caption(nullptr, 0, 9, nullptr, 0, &size) == FIB_ERROR_BUFFER_TOO_SMALL);
  CHECK(size == std::string("(9) = 34").size());
  CHECK(fib_encode(nullptr, 0, nullptr, 0, &size) == FIB_OK);
  CHECK(fib_decode(nullptr, 0, nullptr, 0, &size) == FIB_OK);
  CHECK(fib_fill(0, nullptr) == FIB_OK);
  CHECK(fib_each(nullptr, 0, nullptr) == FIB_OK);
  fib_sequence_free(nullptr);
}

TEST_CASE("zero limbs at the end of a number do not matter") {
  const uint64_t limbs[] = {8, 0, 0};
  CHECK(number(fib_index_of, limbs, 3) == 6);
}

TEST_CASE("the sizes that the header calls enough are enough") {
  for (uint64_t n = 0; n <= 3000; ++n) {
    size_t size = no_size;
    std::vector<uint64_t> limbs(n / 92 + 1);
    REQUIRE(fib_exact(n, limbs.data(), limbs.size(), &size) == FIB_OK);
    std::vector<char> digits(n / 4 + 1);
    REQUIRE(fib_decimal(n, digits.data(), digits.size(), &size) == FIB_OK);
  }
  fib_term sum[47];
  size_t size = no_size;
  CHECK(fib_zeckendorf(fib_wrapping(93) - 1, sum, 47, &size) ==
        FIB_OK);  // the longest sum
  CHECK(size == 46);
}

TEST_CASE("fib_each works in place and writes nothing when it fails") {
  uint64_t numbers[] = {10, 93, 94};
  CHECK(fib_each(numbers, 3, numbers) == FIB_ERROR_OVERFLOW);
  CHECK(numbers[0] == 10);
  CHECK(fib_each(numbers, 2, numbers) == FIB_OK);
  CHECK(numbers[1] == fib_wrapping(93));
}

TEST_CASE("an exception of a visitor does not leave the C ABI") {
  const fib_visitor thrower = [](uint64_t, uint64_t, void*) -> bool { throw 1; };
  uint64_t count = untouched;
  CHECK(fib_visit(0, 5, thrower, nullptr, &count) == FIB_ERROR_INTERNAL);
  CHECK(count == untouched);
}

TEST_CASE("the C ABI has a status for it") {
  int asked = 0;
  uint64_t number = 7;
  size_t size = 7;
  const fib_stop_check stop = [](void* p) { return ++*static_cast<int*>(p) > 0; };
  fib_set_stop_check(stop, &asked);
  CHECK(fib_recursive(60) == 0);
  CHECK(fib_by(FIB_ALGORITHM_RECURSIVE, 60, &number) == FIB_ERROR_STOPPED);
  CHECK(fib_exact(2'000'000, nullptr, 0, &size) == FIB_ERROR_STOPPED);
  CHECK(fib_decimal(2'000'000, nullptr, 0, &size) == FIB_ERROR_STOPPED);
  CHECK(fib_caption("F", 1, 2'000'000, nullptr, 0, &size) == FIB_ERROR_STOPPED);
  CHECK((number == 7 && size == 7));
  CHECK(asked == 5);
  fib_set_stop_check(nullptr, nullptr);
  CHECK(fib_recursive(27) == 196418);
  CHECK(fib_status_message(FIB_ERROR_STOPPED) == std::string("the call was stopped"));
}

TEST_CASE("a thread may end inside a callback of the C ABI") {
  std::atomic<bool> returned{false};
  pthread_t thread;
  void* (*run)(void*) = [](void* flag) -> void* {
    uint64_t count = 0;
    const fib_visitor leave = [](uint64_t, uint64_t, void*) -> bool {
      pthread_exit(nullptr);
    };
    fib_visit(0, 5, leave, nullptr, &count);
    *static_cast<std::atomic<bool>*>(flag) = true;
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, nullptr, run, &returned) == 0);
  CHECK(pthread_join(thread, nullptr) == 0);
  CHECK_FALSE(returned);
}
