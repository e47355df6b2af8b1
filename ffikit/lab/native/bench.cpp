// What calls of the C ABI cost from C++: `bench TECHNIQUE` answers each line of its input
// with a line of JSON.
//
//   time SHAPE N LOOPS REPEATS    times the call, an empty loop and a function of the
//   program's own count SHAPE N LOOPS           lets callgrind count, between the marks
//   of the library FIB_MARKS
//
// CMakeLists.txt builds it once a technique: how it is compiled and linked is what is
// measured.
#include <dlfcn.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fibonacci/fibonacci.h"
#ifdef FIB_LOADED
#include "loaded.hpp"
#define FIB(name) loaded::name
#else
#define FIB(name) name
#endif

namespace {

constexpr uint64_t unmeasured = 64;

/// Makes x look changed to the compiler.
uint64_t opaque(uint64_t x) {
  asm volatile("" : "+r"(x));
  return x;
}

/// A call that does not leave the program.
[[gnu::noinline]] uint64_t own(uint64_t n) { return opaque(n); }

[[gnu::cold, gnu::noinline, noreturn]] void fail(fib_status status) {
  throw std::runtime_error("a call gave status " + std::to_string(status));
}

void need(fib_status status) {
  if (status != FIB_OK) fail(status);
}

// ---- results: each turn's looks used, the last is shown as tests/cases/README.md says

struct Nil {};

/// Made and given up.
struct Created {
  uint64_t start;
};

/// Items in memory of the program's; of char it is text, of uint8_t bytes.
template <typename Item, typename Meaning = void>
struct Items {
  const Item* data;
  size_t size;
};
/// A number of any size, least significant limb first.
using Integer = Items<uint64_t, struct IsInteger>;
/// What a call wrote into memory that it was given.
using Memory = Items<uint64_t, struct IsMemory>;

template <typename Value>
void keep(Value value) {
  asm volatile("" : : "X"(value));
}
void keep(Nil) {}
void keep(Created) {}
void keep(fib_term value) { keep(value.index), keep(value.term); }
template <typename Item, typename Meaning>
void keep(Items<Item, Meaning> value) {
  keep(value.size);
}

std::string show(Nil) { return "nil"; }
std::string show(bool value) { return value ? "true" : "false"; }
std::string show(uint64_t value) { return std::to_string(value); }
std::string show(fib_term value) { return show(value.index) + ":" + show(value.term); }
std::string show(Items<char> text) { return "'" + std::string(text.data, text.size); }

std::string show(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

std::string show(fib_status value) {
  return value == FIB_ERROR_OVERFLOW ? "!overflow" : "status " + std::to_string(value);
}

std::string show(Items<uint8_t> bytes) {
  std::string text = "#";
  for (size_t i = 0; i < bytes.size; ++i)
    for (int digit : {bytes.data[i] >> 4, bytes.data[i] & 15})
      text += "0123456789abcdef"[digit];
  return text;
}

template <typename Item>
std::string show(Items<Item> items) {
  std::string text;
  for (size_t i = 0; i < items.size; ++i) text += (i ? " " : "") + show(items.data[i]);
  return "[" + text + "]";
}

std::string show(Memory memory) {
  return "u64" + show(Items<uint64_t>{memory.data, memory.size});
}

std::string show(Integer value) {
  std::vector<uint64_t> limbs(value.data, value.data + value.size);
  std::string digits;
  while (!limbs.empty()) {
    unsigned __int128 rest = 0;
    for (auto limb = limbs.rbegin(); limb != limbs.rend(); ++limb) {
      rest = rest << 64 | *limb;
      *limb = static_cast<uint64_t>(rest / 10);
      rest %= 10;
    }
    digits.insert(digits.begin(), "0123456789"[rest]);
    while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
  }
  return digits.empty() ? "0" : digits;
}

// ---- the sequence

struct Free {
  void operator()(fib_sequence* self) const { FIB(fib_sequence_free)(self); }
};
using Sequence = std::unique_ptr<fib_sequence, Free>;

Sequence sequence(uint64_t start) {
  fib_sequence* made;
  need(FIB(fib_sequence_new)(start, &made));
  return Sequence(made);
}

std::string show(Created created) {
  uint64_t position;
  need(FIB(fib_sequence_position)(sequence(created.start).get(), &position));
  return show(position);
}

// ---- loops: a turn is call(n), call(n, out) for one number, call(n, buffer, capacity,
// out) for items

/// A shape's loop, for one n.
class Loop {
 public:
  virtual ~Loop() = default;
  virtual void run(uint64_t turns) = 0;
  /// What the last turn gave.
  virtual std::string result() = 0;
};
using Prepared = std::unique_ptr<Loop>;

template <typename Call>
class LoopOf final : public Loop {
 public:
  LoopOf(uint64_t n, Call call) : n_(n), call_(std::move(call)) {}

  void run(uint64_t turns) override {
    const uint64_t n = n_;
    for (uint64_t i = 0; i < turns; ++i) keep(last_ = call_(opaque(n)));
  }

  std::string result() override { return show(last_); }

 private:
  uint64_t n_;
  Call call_;
  decltype(std::declval<Call&>()(0)) last_{};
};

template <typename Call>
Prepared loop(uint64_t n, Call call) {
  Prepared made = std::make_unique<LoopOf<Call>>(n, std::move(call));
  made->run(unmeasured);
  return made;
}

template <typename Call>
Prepared value(uint64_t n, Call call) {
  return loop(n, [call = std::move(call)](uint64_t k) {
    uint64_t out;
    need(call(k, &out));
    return out;
  });
}

/// With a buffer in which the items have room.
template <typename Item, typename Result = Items<Item>, typename Call>
Prepared items(uint64_t n, Call call) {
  size_t needed = 0;
  call(n, static_cast<Item*>(nullptr), size_t{0}, &needed);
  return loop(n, [call, buffer = std::vector<Item>(needed)](uint64_t k) mutable {
    size_t size;
    need(call(k, buffer.data(), buffer.size(), &size));
    return Result{buffer.data(), size};
  });
}

/// With memory of `size` items, which call(data, size) writes.
template <typename Call>
Prepared memory(uint64_t n, size_t size, Call call) {
  return loop(
      n, [call = std::move(call), out = std::vector<uint64_t>(size)](uint64_t) mutable {
        need(call(out.data(), out.size()));
        return Memory{out.data(), out.size()};
      });
}

// ---- shapes

constexpr uint64_t numbers[] = {1, 2, 3, 4};
constexpr uint8_t code[] = {0xd9, 0xd8};
constexpr std::string_view fibonacci_word = "abaababa", label = "φ";

bool go_on(uint64_t, uint64_t, void*) { return true; }

/// 0, 1, ..., 93, 0, 1, ...
std::vector<uint64_t> indices(size_t size) {
  std::vector<uint64_t> made(size);
  for (size_t i = 0; i < size; ++i) made[i] = i % 94;
  return made;
}

std::vector<uint64_t> limbs_of(uint64_t n) {
  std::vector<uint64_t> limbs(n / 92 + 1);
  size_t size;
  need(FIB(fib_exact)(n, limbs.data(), limbs.size(), &size));
  limbs.resize(size);
  return limbs;
}

Prepared each(uint64_t n, size_t size) {
  return memory(n, size, [from = indices(size)](uint64_t* out, size_t length) {
    return FIB(fib_each)(from.data(), length, out);
  });
}

/// Asks before each step: the status at the end costs an exception in the library.
[[gnu::always_inline]] inline uint64_t iterate() {
  const Sequence all = sequence(0);
  for (uint64_t term = 0;;) {
    bool exhausted;
    need(FIB(fib_sequence_exhausted)(all.get(), &exhausted));
    if (exhausted) return term;
    need(FIB(fib_sequence_advance)(all.get(), &term));
  }
}

/// Gives the loop of a shape, or nothing for one that does not exist.
Prepared prepare(std::string_view shape, uint64_t n) {
  const auto is = [shape](std::string_view name) { return shape == name; };
  if (is("empty")) return loop(n, [](uint64_t k) { return k; });
  if (is("own")) return loop(n, [](uint64_t k) { return own(k); });
  if (is("void")) return loop(n, [](uint64_t) { return FIB(fib_noop)(), Nil(); });
  if (is("void_to_u64")) return loop(n, [](uint64_t) { return FIB(fib_max_index)(); });
  if (is("u64_to_u64")) return loop(n, [](uint64_t k) { return FIB(fib_wrapping)(k); });
  if (is("u64_checked"))
    return value(n, [](uint64_t k, uint64_t* out) { return FIB(fib_u64)(k, out); });
  if (is("u64_large"))
    return value(n, [](uint64_t, uint64_t* out) { return FIB(fib_u64)(93, out); });
  if (is("recursive")) return loop(n, [](uint64_t k) { return FIB(fib_recursive)(k); });
  if (is("enum_in"))
    return value(n, [](uint64_t k, uint64_t* out) {
      return FIB(fib_by)(FIB_ALGORITHM_FAST_DOUBLING, k, out);
    });
  if (is("two_args"))
    return value(
        n, [](uint64_t k, uint64_t* out) { return FIB(fib_mod)(k, 1'000'000'007, out); });
  if (is("five_args"))
    return loop(n, [](uint64_t k) { return FIB(fib_recurrence)(1, 1, 0, 1, k); });
  if (is("f64_to_f64")) return loop(n, [](uint64_t) { return FIB(fib_binet)(1.5); });
  if (is("u64_to_bool"))
    return loop(n, [](uint64_t k) { return FIB(fib_is_fibonacci)(k); });
  if (is("bigint_out"))
    return items<uint64_t, Integer>(
        n, [](uint64_t, auto... rest) { return FIB(fib_exact)(1000, rest...); });
  if (is("bigint_in"))
    return value(n, [limbs = limbs_of(1000)](uint64_t, uint64_t* out) {
      return FIB(fib_index_of)(limbs.data(), limbs.size(), out);
    });
  if (is("string_out"))
    return items<char>(
        n, [](uint64_t k, auto... rest) { return FIB(fib_decimal)(k, rest...); });
  if (is("string_in"))
    return loop(n, [](uint64_t) {
      return FIB(fib_is_word)(fibonacci_word.data(), fibonacci_word.size());
    });
  if (is("string_in_out"))
    return items<char>(n, [](uint64_t k, auto... rest) {
      return FIB(fib_caption)(label.data(), label.size(), k, rest...);
    });
  if (is("long_string_out"))
    return items<char>(
        n, [](uint64_t k, auto... rest) { return FIB(fib_word)(k, rest...); });
  if (is("list_out"))
    return items<uint64_t>(
        n, [](uint64_t, auto... rest) { return FIB(fib_terms)(0, 10, rest...); });
  if (is("list_of_n"))
    return items<uint64_t>(
        n, [](uint64_t k, auto... rest) { return FIB(fib_terms)(0, k, rest...); });
  if (is("bytes_out"))
    return items<uint8_t>(n, [](uint64_t, auto... rest) {
      return FIB(fib_encode)(numbers, std::size(numbers), rest...);
    });
  if (is("bytes_in"))
    return items<uint64_t>(n, [](uint64_t, auto... rest) {
      return FIB(fib_decode)(code, std::size(code), rest...);
    });
  if (is("buffer_in_place"))
    return memory(
        n, 10, [](uint64_t* out, size_t length) { return FIB(fib_fill)(length, out); });
  if (is("buffer_to_buffer")) return each(n, 10);
  if (is("buffer_of_n")) return each(n, n);
  if (is("struct_out")) return loop(n, [](uint64_t k) { return FIB(fib_nearest)(k); });
  if (is("list_of_struct_out"))
    return items<fib_term>(
        n, [](uint64_t, auto... rest) { return FIB(fib_zeckendorf)(100, rest...); });
  if (is("callback"))
    return value(n, [](uint64_t, uint64_t* out) {
      return FIB(fib_visit)(0, 1, go_on, nullptr, out);
    });
  if (is("ten_callbacks"))
    return value(n, [](uint64_t, uint64_t* out) {
      return FIB(fib_visit)(0, 11, go_on, nullptr, out);
    });
  if (is("create")) return loop(n, [](uint64_t k) { return sequence(k), Created{k}; });
  if (is("method"))
    return value(n, [five = sequence(5)](uint64_t, uint64_t* out) {
      return FIB(fib_sequence_peek)(five.get(), out);
    });
  if (is("property"))
    return value(n, [five = sequence(5)](uint64_t, uint64_t* out) {
      return FIB(fib_sequence_position)(five.get(), out);
    });
  if (is("iterate")) return loop(n, [](uint64_t) { return iterate(); });
  if (is("error"))
    return loop(n, [](uint64_t) {
      uint64_t out;
      return FIB(fib_u64)(94, &out);
    });
  return nullptr;
}

/// Why there is no such shape.
std::string_view lacks(std::string_view shape) {
  if (shape == "struct_field") return "a field is memory that C reads: nothing is called";
  if (shape == "director") return "C has no method to override; a callback does it";
  return "there is no such shape";
}

/// Prepared once, kept as long as the program runs.
Loop* find(const std::string& shape, uint64_t n) {
  static std::map<std::pair<std::string, uint64_t>, Prepared> known;
  Prepared& found = known[{shape, n}];
  if (!found) found = prepare(shape, n);
  return found.get();
}

// ---- requests

/// Nanoseconds a turn.
double time(Loop& loop, uint64_t loops) {
  const auto start = std::chrono::steady_clock::now();
  loop.run(loops);
  const std::chrono::duration<double, std::nano> taken =
      std::chrono::steady_clock::now() - start;
  return taken.count() / static_cast<double>(loops);
}

std::string quoted(std::string_view text) {
  std::string found = "\"";
  for (char letter : text) {
    if (letter == '"' || letter == '\\') found += '\\';
    found += letter;
  }
  return found + "\"";
}

std::string list(const std::vector<double>& samples) {
  std::ostringstream text;
  text.precision(4);
  for (double sample : samples)
    text << (text.tellp() > 0 ? ", " : "") << std::fixed << sample;
  return "[" + text.str() + "]";
}

/// The three loops take turns, so that drift hits all.
std::string measure(const std::string& shape, Loop& call, uint64_t n, uint64_t loops,
                    uint64_t repeats) {
  std::vector<double> calls, empties, owns;
  for (uint64_t i = 0; i < repeats; ++i) {
    calls.push_back(time(call, loops));
    empties.push_back(time(*find("empty", n), loops));
    owns.push_back(time(*find("own", n), loops));
  }
  std::ostringstream text;
  text << "{\"shape\": " << quoted(shape) << ", \"argument\": " << n
       << ", \"loops\": " << loops << ", \"call_ns\": " << list(calls)
       << ", \"empty_ns\": " << list(empties) << ", \"own_ns\": " << list(owns)
       << ", \"result\": " << quoted(call.result())
       << ", \"clock\": \"std::chrono::steady_clock\"}";
  return text.str();
}

int (*mark(const char* name))() {
  const char* file = std::getenv("FIB_MARKS");
  void* const library = file ? dlopen(file, RTLD_NOW) : nullptr;
  void* const found = library ? dlsym(library, name) : nullptr;
  if (!found) throw std::runtime_error("FIB_MARKS names no library with the marks");
  return reinterpret_cast<int (*)()>(found);
}

std::string count(const std::string& shape, Loop& call, uint64_t loops) {
  const auto begin = mark("marks_begin"), end = mark("marks_end");
  begin();
  call.run(loops);
  end();
  return "{\"shape\": " + quoted(shape) + ", \"loops\": " + std::to_string(loops) + "}";
}

uint64_t number(const std::string& text) {
  uint64_t found = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, found);
  if (stopped != end || error != std::errc() || text.empty())
    throw std::invalid_argument("'" + text + "' is no number");
  return found;
}

std::string answer(const std::string& line) {
  std::istringstream text(line);
  std::vector<std::string> words;
  for (std::string word; text >> word;) words.push_back(word);
  const bool times = words.size() == 5 && words[0] == "time";
  if (!times && !(words.size() == 4 && words[0] == "count"))
    throw std::invalid_argument("what is '" + line + "'?");
  const uint64_t n = number(words[2]), loops = number(words[3]);
  if (loops == 0) throw std::invalid_argument("no turns were asked for");
  Loop* const call = find(words[1], n);
  if (!call)
    return "{\"shape\": " + quoted(words[1]) + ", \"lacks\": " + quoted(lacks(words[1])) +
           "}";
  return times ? measure(words[1], *call, n, loops, number(words[4]))
               : count(words[1], *call, loops);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2 || std::string_view(argv[1]) != FIB_TECHNIQUE)
      throw std::invalid_argument("usage: bench " FIB_TECHNIQUE);
    for (std::string line; std::getline(std::cin, line);)
      std::cout << answer(line) << std::endl;
  } catch (const std::exception& error) {
    std::cerr << "bench: " << error.what() << "\n";
    return 2;
  }
}
