/// A small library of another kind: the folders in bindings/ must bind it as they are.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <string>
#include <string_view>
#include <vector>

#ifdef SWIG
#define SECOND_API
#else
#define SECOND_API __attribute__((visibility("default")))
#endif

namespace second {

enum class Rounding { down, up };

/// Quotient and remainder.
struct Division {
  uint64_t quotient;
  uint64_t remainder;
};

/// A natural number of any size.
class SECOND_API Natural {
 public:
  Natural() = default;
  explicit Natural(std::vector<uint64_t> limbs) : limbs_(std::move(limbs)) {}
  const std::vector<uint64_t>& limbs() const { return limbs_; }

 private:
  std::vector<uint64_t> limbs_;
};

/// Says yes or no to a number.
typedef bool (*Judge)(uint64_t candidate, void* user);

/// @throws std::invalid_argument when b = 0
SECOND_API Division divide(uint64_t a, uint64_t b);
/// @throws std::invalid_argument when b = 0
SECOND_API uint64_t quotient(uint64_t a, uint64_t b, Rounding how);
/// 2^n. @throws std::overflow_error when n > 100000
SECOND_API Natural power_of_two(uint64_t n);
/// How many bits are 1.
SECOND_API uint64_t population(const Natural& number);
/// How many of 1, ..., last the judge takes, all of them being asked.
SECOND_API uint64_t count(uint64_t last, Judge judge, void* user);
SECOND_API std::vector<uint64_t> divisors(uint64_t number);
/// @throws std::out_of_range when there is no numbers[index]
SECOND_API uint64_t at(const std::vector<uint64_t>& numbers, uint64_t index);
/// How many they are. No host knows lists of double: each must refuse what it is given.
SECOND_API uint64_t size_of(const std::vector<double>& numbers);
/// Throws the exception of that number, counted from 0: domain_error, length_error,
/// range_error, underflow_error, bad_alloc, an int.
SECOND_API void misbehave(uint64_t kind);
/// @throws std::overflow_error when the sum does not fit
SECOND_API uint64_t total(const std::vector<uint64_t>& numbers);
SECOND_API std::string copies(std::string_view text, uint64_t times);
SECOND_API uint64_t checksum(const uint8_t* data, size_t length);
/// Twice each item, in the caller's memory.
SECOND_API void twice(uint64_t* items, size_t length);

/// from, from - step, ... down to the last that is not below 0.
class SECOND_API Countdown {
 public:
  /// @throws std::invalid_argument when step = 0
  Countdown(uint64_t from, uint64_t step);
  Countdown(const Countdown& other);
  ~Countdown();
  /// @throws std::out_of_range when exhausted
  uint64_t advance();
  uint64_t left() const { return left_; }
  bool exhausted() const { return done_; }

 private:
  uint64_t left_, step_;
  bool done_ = false;
};

/// Countdowns that are alive.
SECOND_API uint64_t alive();

}  // namespace second
