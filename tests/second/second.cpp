#include "second.hpp"

#include <algorithm>
#include <atomic>
#include <new>
#include <stdexcept>

namespace second {
namespace {
std::atomic<uint64_t> living{0};
}

Division divide(uint64_t a, uint64_t b) {
  if (b == 0) throw std::invalid_argument("b must be at least 1, got 0");
  return Division{a / b, a % b};
}

uint64_t quotient(uint64_t a, uint64_t b, Rounding how) {
  const Division result = divide(a, b);
  return result.quotient + (how == Rounding::up && result.remainder > 0);
}

Natural power_of_two(uint64_t n) {
  if (n > 100'000)
    throw std::overflow_error("n must be at most 100000, got " + std::to_string(n));
  std::vector<uint64_t> limbs(n / 64 + 1);
  limbs.back() = uint64_t{1} << n % 64;
  return Natural(std::move(limbs));
}

uint64_t population(const Natural& number) {
  uint64_t ones = 0;
  for (uint64_t limb : number.limbs())
    ones += static_cast<uint64_t>(__builtin_popcountll(limb));
  return ones;
}

uint64_t count(uint64_t last, Judge judge, void* user) {
  uint64_t taken = 0;
  for (uint64_t candidate = 1; candidate <= last; ++candidate)
    taken += judge(candidate, user);
  return taken;
}

std::vector<uint64_t> divisors(uint64_t number) {
  std::vector<uint64_t> found;
  for (uint64_t d = 1; d <= number; ++d) {
    if (number % d == 0) found.push_back(d);
  }
  return found;
}

uint64_t total(const std::vector<uint64_t>& numbers) {
  uint64_t result = 0;
  for (uint64_t number : numbers) {
    if (__builtin_add_overflow(result, number, &result))
      throw std::overflow_error("the sum does not fit 64 bits");
  }
  return result;
}

uint64_t at(const std::vector<uint64_t>& numbers, uint64_t index) {
  return numbers.at(index);
}

uint64_t size_of(const std::vector<double>& numbers) { return numbers.size(); }

void misbehave(uint64_t kind) {
  switch (kind) {
    case 0:
      throw std::domain_error("outside the domain");
    case 1:
      throw std::length_error("too long");
    case 2:
      throw std::range_error("the result has no place");
    case 3:
      throw std::underflow_error("too small");
    case 4:
      throw std::bad_alloc();
    case 5:
      throw 42;
  }
}

std::string copies(std::string_view text, uint64_t times) {
  std::string result;
  for (; times > 0; --times) result += text;
  return result;
}

uint64_t checksum(const uint8_t* data, size_t length) {
  uint64_t result = 0;
  for (size_t i = 0; i < length; ++i) result = result * 31 + data[i];
  return result;
}

void twice(uint64_t* items, size_t length) {
  std::transform(items, items + length, items, [](uint64_t item) { return 2 * item; });
}

Countdown::Countdown(uint64_t from, uint64_t step) : left_(from), step_(step) {
  if (step == 0) throw std::invalid_argument("step must be at least 1, got 0");
  ++living;
}
Countdown::Countdown(const Countdown& other)
    : left_(other.left_), step_(other.step_), done_(other.done_) {
  ++living;
}
Countdown::~Countdown() { --living; }

uint64_t Countdown::advance() {
  if (done_) throw std::out_of_range("the countdown has ended");
  const uint64_t now = left_;
  done_ = now < step_;
  if (!done_) left_ -= step_;
  return now;
}

uint64_t alive() { return living; }

}  // namespace second
