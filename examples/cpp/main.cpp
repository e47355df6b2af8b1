// The library from its own language: a short story.
#include <iostream>
#include <stdexcept>
#include <string>

#include "fibonacci/fibonacci.hpp"

int main() {
  std::cout << "F(10) = " << fibonacci::fib(10) << "\n";
  std::cout << "F(93) = " << fibonacci::fib(93) << "\n";
  try {
    fibonacci::fib(94);
  } catch (const std::overflow_error& error) {
    std::cout << "F(94): " << error.what() << "\n";
  }
  std::cout << fibonacci::caption("F", 1000) << "\n";

  std::string indices, terms;
  for (const fibonacci::Term& term : fibonacci::zeckendorf(100)) {
    indices += (indices.empty() ? "" : " + ") + ("F(" + std::to_string(term.index) + ")");
    terms += (terms.empty() ? "" : " + ") + std::to_string(term.term);
  }
  std::cout << "100 = " << indices << "\n    = " << terms << "\n";

  std::cout << "F(88), F(89), ... =";
  fibonacci::Sequence sequence(88);
  while (!sequence.exhausted()) {
    std::cout << " " << sequence.advance() << (sequence.exhausted() ? "\n" : ",");
  }
}
