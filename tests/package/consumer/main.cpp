// A program in C++ that uses the installed library.
#include <fibonacci/fibonacci.hpp>
#include <iostream>
#include <stdexcept>

int main() {
  try {
    std::cout << fibonacci::caption("φ", 100) << '\n';
    fibonacci::fib(94);
  } catch (const std::overflow_error& error) {
    std::cout << error.what() << '\n';
    return 0;
  }
  return 1;
}
