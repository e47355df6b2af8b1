// Text: Fibonacci words, captions; and bytes: Fibonacci coding.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "fibonacci/fibonacci.hpp"
#include "internal.hpp"

namespace fibonacci {

bool is_word(std::string_view text) {
  constexpr std::string_view beginning = "ab";
  if (text.substr(0, 2) != beginning.substr(0, text.size())) return false;
  // Behind its first F(k+1) letters the infinite word repeats its first F(k).
  size_t shorter = 1, known = 2;
  while (known < text.size()) {
    const std::string_view block = text.substr(known, shorter);
    if (block != text.substr(0, block.size())) return false;
    shorter = std::exchange(known, known + shorter);
  }
  return true;
}

std::string caption(std::string_view label, uint64_t n) {
  std::string text = fib_decimal(n);  // first: it may refuse n
  return text.insert(0, std::string(label) + "(" + std::to_string(n) + ") = ");
}

std::string word(uint64_t n) {
  if (n > 30) refuse<std::out_of_range>("n", "at most 30", n);
  std::string shorter = "b", text = "a";
  if (n == 0) return shorter;
  text.reserve(table[n + 1]);
  for (uint64_t k = 1; k < n; ++k) {
    const size_t size = text.size();
    text += shorter;
    shorter.assign(text, 0, size);
  }
  return text;
}

std::vector<uint8_t> encode(const std::vector<uint64_t>& numbers) {
  std::vector<uint8_t> bytes;
  size_t bits = 0;
  const auto put = [&](bool bit) {
    if (bits % 8 == 0) bytes.push_back(0);
    if (bit) bytes.back() = static_cast<uint8_t>(bytes.back() | 0x80u >> bits % 8);
    ++bits;
  };
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == 0) {
      const std::string name = "numbers[" + std::to_string(i) + "]";
      refuse<std::invalid_argument>(name.c_str(), "at least 1", numbers[i]);
    }
    // The terms of the number, smallest first, each bit standing for F(2), F(3), ...;
    // then a second 1 in a row.
    const std::vector<Term> sum = zeckendorf(numbers[i]);
    auto part = sum.rbegin();
    for (uint64_t n = 2; n <= sum.front().index; ++n) {
      const bool used = part->index == n;
      put(used);
      if (used && part + 1 != sum.rend()) ++part;
    }
    put(true);
  }
  return bytes;
}

std::vector<uint64_t> decode(const uint8_t* bytes, size_t size) {
  const auto malformed = [](size_t bit, const char* why) {
    refuse<std::invalid_argument>("bytes", "Fibonacci code", why + std::to_string(bit));
  };
  std::vector<uint64_t> numbers;
  uint64_t number = 0, n = 2;
  bool before = false;
  for (size_t k = 0; k < size * 8; ++k) {
    const bool bit = bytes[k / 8] >> (7 - k % 8) & 1;
    if (bit && before) {
      numbers.push_back(number);
      number = 0, n = 2, before = false;
      continue;
    }
    if (bit) {
      if (n > last || table[n] > UINT64_MAX - number)
        malformed(k, "more than 64 bits at bit ");
      number += table[n];
    }
    before = bit;
    ++n;
  }
  if (number != 0) malformed(size * 8, "a number without end at bit ");
  if (n > 2 + 7) malformed(size * 8, "more than 7 bits of padding at bit ");
  return numbers;
}

}  // namespace fibonacci
