/// Runs the files of tests/cases through functions of C++; tests/cases/README.md says how
/// values are written.
#pragma once
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "fibonacci/fibonacci.hpp"

namespace cases {

using Arguments = std::vector<std::string>;
/// A function as the case files see it: arguments as text, result as text.
using Call = std::function<std::string(const Arguments&)>;
using Calls = std::map<std::string, Call>;

/// Thrown where the types of C++ rule out what a case does: -1 for a uint64_t, an object
/// after its end.
struct Inexpressible {};
/// What the callback `&raise` raises.
struct Own {};

/// How a call failed.
struct Failure {
  std::string kind;
  std::string message;  ///< empty where there is none, as in the C ABI
};

uint64_t read_u64(const std::string& text);
double read_double(const std::string& text);
std::string read_string(const std::string& text);
std::vector<uint8_t> read_bytes(const std::string& text);
std::vector<uint64_t> read_list(const std::string& text);
/// Memory of uint64 items, `u64[...]`, or `u64ro[...]` when it is only read.
std::vector<uint64_t> read_memory(const std::string& text, bool may_be_read_only = false);
fibonacci::Integer read_integer(const std::string& text);

std::string write(bool value);
std::string write(uint64_t value);
std::string write(double value);
std::string write(const std::string& value);
std::string write(const fibonacci::Integer& value);
std::string write(const fibonacci::Term& value);
std::string write(const std::vector<uint8_t>& bytes);

template <typename Item>
std::string write(const std::vector<Item>& items) {
  std::string text;
  for (const Item& item : items) text += (text.empty() ? "" : " ") + write(item);
  return "[" + text + "]";
}

template <typename Type>
auto read(const std::string& text) {
  if constexpr (std::is_enum_v<Type>) {
    return static_cast<Type>(read_u64(text));
  } else if constexpr (std::is_same_v<Type, uint64_t>) {
    return read_u64(text);
  } else if constexpr (std::is_same_v<Type, double>) {
    return read_double(text);
  } else if constexpr (std::is_same_v<Type, std::string_view>) {
    return read_string(text);
  } else if constexpr (std::is_same_v<Type, std::vector<uint64_t>>) {
    return read_list(text);
  } else {
    static_assert(std::is_same_v<Type, fibonacci::Integer>);
    return read_integer(text);
  }
}

template <typename Result, typename... Parameters, size_t... Index>
std::string apply(Result (*function)(Parameters...),
                  [[maybe_unused]] const Arguments& arguments,
                  std::index_sequence<Index...>) {
  if constexpr (std::is_void_v<Result>) {
    function(read<std::decay_t<Parameters>>(arguments.at(Index))...);
    return "nil";
  } else {
    return write(function(read<std::decay_t<Parameters>>(arguments.at(Index))...));
  }
}

/// Makes a Call of a function whose types the case files know.
template <typename Result, typename... Parameters>
Call call(Result (*function)(Parameters...)) {
  return [function](const Arguments& arguments) {
    return apply(function, arguments, std::index_sequence_for<Parameters...>{});
  };
}

/// A callback of the case files, which keeps what it was called with.
class Callback {
 public:
  explicit Callback(const std::string& text);
  /// False when the callback stops or raises.
  bool operator()(uint64_t index, uint64_t term);
  /// Throws Own when the callback raised.
  void check() const;
  /// What `visit` gives: how many calls there were, and which.
  std::string result(uint64_t count) const;

 private:
  bool raises_ = false;
  uint64_t last_ = UINT64_MAX;
  std::vector<fibonacci::Term> seen_;
};

/// Does the operations of a `Sequence` case; Object has the methods of a sequence and
/// destroy().
template <typename Object>
std::string run_sequence(const Arguments& arguments) {
  auto word = arguments.begin();
  const bool has_start =
      word != arguments.end() && word->find_first_of("0123456789") == 0;
  Object object = has_start ? Object(read_u64(*word++)) : Object();
  std::string results;
  const auto add = [&](const std::string& text) {
    results += (results.empty() ? "" : " ") + text;
  };
  for (; word != arguments.end(); ++word) {
    if (*word == "advance") {
      add(write(object.advance()));
    } else if (*word == "peek") {
      add(write(object.peek()));
    } else if (*word == "position") {
      add(write(object.position()));
    } else if (*word == "exhausted") {
      add(write(object.exhausted()));
    } else if (*word == "reset") {
      object.reset();
    } else if (*word == "destroy") {
      object.destroy();
    } else if (*word == "rest") {
      std::vector<uint64_t> rest;
      while (!object.exhausted()) rest.push_back(object.advance());
      add(write(rest));
    } else {
      throw std::logic_error("a sequence has no " + *word);
    }
  }
  return results;
}

/// Runs every case of a file, checking each with Catch2; gives the number of those that
/// C++ cannot express.
int run(const std::string& file, const Calls& calls);

}  // namespace cases
