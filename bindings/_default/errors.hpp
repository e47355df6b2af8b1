/// What a C++ exception means, and what an argument must be: said once for all hosts.
#pragma once
#include <stdint.h>

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

namespace host {

/// The meanings that each host.hpp turns into its own classes of error.
enum class Error { argument, overflow, range, memory, bug };

/// | C++                                                          | meaning  |
/// |--------------------------------------------------------------|----------|
/// | invalid_argument, domain_error, length_error, range_error    | argument |
/// | overflow_error                                               | overflow |
/// | out_of_range                                                 | range    |
/// | bad_alloc                                                    | memory   |
/// | anything else                                                | bug      |
[[gnu::cold]] inline Error meaning(const std::exception& e) {
  if (dynamic_cast<const std::out_of_range*>(&e)) return Error::range;
  if (dynamic_cast<const std::overflow_error*>(&e)) return Error::overflow;
  if (dynamic_cast<const std::bad_alloc*>(&e)) return Error::memory;
  const bool about_an_argument = dynamic_cast<const std::invalid_argument*>(&e) ||
                                 dynamic_cast<const std::domain_error*>(&e) ||
                                 dynamic_cast<const std::length_error*>(&e) ||
                                 dynamic_cast<const std::range_error*>(&e);
  return about_an_argument ? Error::argument : Error::bug;
}

/// The text for what is thrown and is no std::exception: a bug.
inline constexpr char unknown_exception[] = "an unknown C++ exception";

/// The text for an exception of that meaning; std::bad_alloc has none of its own that
/// would help.
[[gnu::cold]] inline const char* text(const std::exception& e, Error meaning) {
  return meaning == Error::memory ? "not enough memory" : e.what();
}

/// What an argument must be, after "<name> must be ", before ", got <value>".
namespace needed {
inline constexpr char integer[] = "an integer from 0 to 18446744073709551615";
inline constexpr char enumerator[] = "an integer from 0 to 2147483647";
inline constexpr char natural[] = "an integer of at least 0";
inline constexpr char number[] = "a number";
inline constexpr char string[] = "a string";
inline constexpr char bytes[] = "binary data";
inline constexpr char list[] = "a list of integers";
inline constexpr char function[] = "a function";
inline constexpr char buffer[] = "writable memory of 64-bit unsigned integers";
inline constexpr char readable[] = "memory of 64-bit unsigned integers";
}  // namespace needed

/// The name of one item of a list argument, counted as the host counts.
[[gnu::cold]] inline std::string item_name(const char* name, size_t number) {
  return std::string(name) + "[" + std::to_string(number) + "]";
}

/// Two buffers of one call differ in length: the text of the bad argument.
[[gnu::cold]] inline std::string lengths_differ(const char* a, size_t length_a,
                                                const char* b, size_t length_b) {
  return std::string(a) + " and " + b + " must have the same length, got " +
         std::to_string(length_a) + " and " + std::to_string(length_b);
}

}  // namespace host
