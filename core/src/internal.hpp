/// What the sources of the library share: the table of all 64-bit terms, and how an
/// argument is refused.
#pragma once
#include <inttypes.h>
#include <stdint.h>

#include <array>
#include <cstdio>
#include <string>

namespace fibonacci {

/// F(0), ..., F(93).
inline constexpr auto table = [] {
  std::array<uint64_t, 94> terms{};
  terms[1] = 1;
  for (size_t n = 2; n < terms.size(); ++n) terms[n] = terms[n - 1] + terms[n - 2];
  return terms;
}();
inline constexpr uint64_t last = table.size() - 1;
inline constexpr uint64_t largest_exact = 1'000'000'000;

/// Throws Error("<what> must be <limit>, got <got>"). Out of the way of the calls that
/// succeed; and nothing in it needs a destructor, where the unwinder would have to stop.
template <class Error>
[[noreturn, gnu::cold, gnu::noinline]] void refuse(const char* what, const char* limit,
                                                   uint64_t got) {
  char text[128];
  std::snprintf(text, sizeof text, "%s must be %s, got %" PRIu64, what, limit, got);
  throw Error(text);
}
template <class Error>
[[noreturn, gnu::cold, gnu::noinline]] void refuse(const char* what, const char* limit,
                                                   const std::string& got) {
  throw Error(std::string(what) + " must be " + limit + ", got " + got);
}

/// Asks whether to stop, where a Stoppable is alive on this thread.
/// @throws Stopped when it says so
void ask_to_stop();

/// @throws std::overflow_error when n > max_index()
void need_64_bits(uint64_t n);
/// @throws std::overflow_error when a term of `count` from `first` on lies above
/// max_index()
void need_terms(uint64_t first, uint64_t count);

}  // namespace fibonacci
