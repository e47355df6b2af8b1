// Values of the case files as text and back, and the run of a file.
#include "cases.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <new>

#include "catch.hpp"

namespace cases {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

/// What stands between `begin` and "]".
std::string inside(const std::string& text, const std::string& begin) {
  if (text.rfind(begin, 0) != 0 || text.back() != ']') throw Inexpressible();
  return text.substr(begin.size(), text.size() - begin.size() - 1);
}

std::vector<uint64_t> read_numbers(const std::string& text) {
  std::vector<uint64_t> numbers;
  for (const std::string& part : split(text, ' ')) numbers.push_back(read_u64(part));
  return numbers;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return text;
}

Failure failure_of(const std::exception& error) {
  const auto is = [&](auto* type) {
    return dynamic_cast<decltype(type)>(&error) != nullptr;
  };
  if (is(static_cast<const std::invalid_argument*>(nullptr)))
    return {"argument", error.what()};
  if (is(static_cast<const std::overflow_error*>(nullptr)))
    return {"overflow", error.what()};
  if (is(static_cast<const std::out_of_range*>(nullptr))) return {"range", error.what()};
  if (is(static_cast<const std::bad_alloc*>(nullptr))) return {"memory", error.what()};
  return {"bug", error.what()};
}

/// Wrong types and wrong numbers of arguments make no program.
bool is_for_the_compiler(const std::string& expected) {
  return expected.rfind("!type", 0) == 0 || expected.rfind("!arity", 0) == 0;
}

void check_value(const std::string& expected, const std::string& got) {
  if (expected[0] == '~') {
    const double wanted = std::stod(expected.substr(1));
    CHECK(std::abs(std::stod(got) - wanted) <= 1e-12 * std::abs(wanted));
  } else {
    CHECK(got == expected);
  }
}

void check_failure(const std::string& expected, const Failure& failure) {
  INFO("failed as " << failure.kind << ": " << failure.message);
  const std::vector<std::string> words = split(expected, ' ');
  CHECK("!" + failure.kind == words[0]);
  if (failure.message.empty()) return;
  for (size_t i = 1; i < words.size(); ++i) {
    CHECK(lower(failure.message).find(lower(words[i])) != std::string::npos);
  }
}

}  // namespace

uint64_t read_u64(const std::string& text) {
  uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) throw Inexpressible();
  return value;
}

double read_double(const std::string& text) { return std::stod(text); }

std::string read_string(const std::string& text) {
  if (text[0] != '\'') throw Inexpressible();
  std::string value;
  for (size_t i = 1; i < text.size(); ++i) {
    const bool escaped = text[i] == '%';
    value += escaped ? static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16))
                     : text[i];
    i += escaped ? 2 : 0;
  }
  return value;
}

std::vector<uint8_t> read_bytes(const std::string& text) {
  std::vector<uint8_t> bytes;
  for (size_t i = 1; i < text.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::vector<uint64_t> read_list(const std::string& text) {
  return read_numbers(inside(text, "["));
}

std::vector<uint64_t> read_memory(const std::string& text, bool may_be_read_only) {
  const bool read_only = may_be_read_only && text.rfind("u64ro", 0) == 0;
  return read_numbers(inside(text, read_only ? "u64ro[" : "u64["));
}

fibonacci::Integer read_integer(const std::string& text) {
  std::vector<uint64_t> limbs;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') throw Inexpressible();
    auto carry = static_cast<unsigned __int128>(digit - '0');
    for (uint64_t& limb : limbs) {
      carry += static_cast<unsigned __int128>(limb) * 10;
      limb = static_cast<uint64_t>(carry);
      carry >>= 64;
    }
    if (carry != 0) limbs.push_back(static_cast<uint64_t>(carry));
  }
  return fibonacci::Integer(limbs);
}

std::string write(bool value) { return value ? "true" : "false"; }
std::string write(uint64_t value) { return std::to_string(value); }

std::string write(double value) {
  if (std::isnan(value)) return "nan";
  std::ostringstream text;
  text.precision(17);
  text << value;
  return text.str();
}

std::string write(const std::string& value) {
  std::string text = "'";
  for (const char letter : value) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < 0x20 || code == 0x7f || letter == '%') {
      char escaped[4];
      std::snprintf(escaped, sizeof escaped, "%%%02x", code);
      text += escaped;
    } else {
      text += letter;
    }
  }
  return text;
}

std::string write(const fibonacci::Integer& value) {
  std::vector<uint64_t> limbs = value.limbs();
  std::string digits;
  do {
    unsigned __int128 rest = 0;
    for (auto limb = limbs.rbegin(); limb != limbs.rend(); ++limb) {
      rest = rest << 64 | *limb;
      *limb = static_cast<uint64_t>(rest / 10);
      rest %= 10;
    }
    digits += static_cast<char>('0' + static_cast<int>(rest));
    while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
  } while (!limbs.empty());
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string write(const fibonacci::Term& value) {
  return write(value.index) + ":" + write(value.term);
}

std::string write(const std::vector<uint8_t>& bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text = "#";
  for (const uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

Callback::Callback(const std::string& text) {
  if (text[0] != '&') throw Inexpressible();
  raises_ = text == "&raise";
  if (text.rfind("&until:", 0) == 0) last_ = read_u64(text.substr(7));
}

bool Callback::operator()(uint64_t index, uint64_t term) {
  seen_.push_back({index, term});
  return !raises_ && index != last_;
}

void Callback::check() const {
  if (raises_ && !seen_.empty()) throw Own();
}

std::string Callback::result(uint64_t count) const {
  return write(count) + " " + write(seen_);
}

int run(const std::string& file, const Calls& calls) {
  int inexpressible = 0, all = 0;
  std::ifstream stream(std::string(CASES_DIRECTORY) + "/" + file);
  for (std::string line; std::getline(stream, line);) {
    if (line.empty() || line.rfind("# ", 0) == 0) continue;
    ++all;
    const std::vector<std::string> fields = split(line, '\t');
    const std::string& expected = fields.at(2);
    INFO(file << ": " << fields[0]);
    if (is_for_the_compiler(expected)) {
      ++inexpressible;
      continue;
    }
    try {
      const std::string got =
          calls.at(fields[1])(Arguments(fields.begin() + 3, fields.end()));
      check_value(expected, got);
    } catch (const Inexpressible&) {
      ++inexpressible;
    } catch (const Own&) {
      CHECK(expected == "!own");
    } catch (const Failure& failure) {
      check_failure(expected, failure);
    } catch (const std::exception& error) {
      check_failure(expected, failure_of(error));
    }
  }
  CHECK(all > 0);
  return inexpressible;
}

}  // namespace cases
