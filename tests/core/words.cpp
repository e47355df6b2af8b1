// Text.
#include "cases.hpp"
#include "catch.hpp"

using namespace fibonacci;
using cases::call;

TEST_CASE("text as in the cases") {
  CHECK(cases::run("text.tsv", {
                                   {"is_word", call(is_word)},
                                   {"word", call(word)},
                                   {"caption", call(caption)},
                               }) == 0);
}

TEST_CASE("each word is its two predecessors") {
  for (uint64_t n = 2; n <= 30; ++n) {
    REQUIRE(word(n) == word(n - 1) + word(n - 2));
    REQUIRE(word(n).size() == fib(n + 1));
  }
}

TEST_CASE("the infinite word goes on behind the longest one") {
  std::string text = word(30) + word(29);
  CHECK(is_word(text));
  text.back() = text.back() == 'a' ? 'b' : 'a';
  CHECK_FALSE(is_word(text));
}

TEST_CASE("the infinite word is that of its substitution a -> ab, b -> a") {
  const std::string text = word(12);
  std::string image;
  for (const char letter : text) image += letter == 'a' ? "ab" : "a";
  for (size_t size = 0; size <= image.size(); ++size)
    REQUIRE(is_word(image.substr(0, size)));
}
