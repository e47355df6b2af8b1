// The library from its own language: alone a short story, with `bench` a time for the
// lab.
#include <chrono>
#include <exception>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fibonacci/fibonacci.hpp"

namespace {

constexpr const char* usage =
    "usage: fibonacci_native [bench direct SHAPE N LOOPS REPEATS]\n"
    "shapes: void u64_to_u64 u64_checked recursive two_args";
constexpr uint64_t modulus = 1'000'000'007;

void story() {
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

/// Makes x look changed to the compiler.
uint64_t opaque(uint64_t x) {
  asm volatile("" : "+r"(x));
  return x;
}

/// Nanoseconds a turn.
template <typename Turn>
double time(uint64_t loops, Turn turn) {
  const auto start = std::chrono::steady_clock::now();
  for (uint64_t i = 0; i < loops; ++i) opaque(turn());
  const std::chrono::duration<double, std::nano> taken =
      std::chrono::steady_clock::now() - start;
  return taken.count() / static_cast<double>(loops);
}

std::string list(const std::vector<double>& samples) {
  std::ostringstream text;
  text << std::fixed;
  text.precision(3);
  for (double sample : samples) text << (text.tellp() > 0 ? ", " : "") << sample;
  return "[" + text.str() + "]";
}

template <typename Call>
void measure(std::string_view shape, uint64_t n, uint64_t loops, uint64_t repeats,
             Call call) {
  std::vector<double> calls, empties;
  for (uint64_t i = 0; i < repeats; ++i) {
    empties.push_back(time(loops, [&] { return opaque(n); }));
    calls.push_back(time(loops, [&] { return call(opaque(n)); }));
  }
  std::cout << R"({"technique": "direct", "shape": ")" << shape << R"(", "argument": )"
            << n << R"(, "loops": )" << loops << R"(, "call_ns": )" << list(calls)
            << R"(, "empty_ns": )" << list(empties) << R"(, "checksum": ")" << call(n)
            << "\"}\n";
}

void bench(std::string_view shape, uint64_t n, uint64_t loops, uint64_t repeats) {
  const auto run = [&](auto call) { measure(shape, n, loops, repeats, call); };
  if (shape == "void") {
    run([](uint64_t) { return fibonacci::noop(), uint64_t{0}; });
  } else if (shape == "u64_to_u64") {
    run(fibonacci::fib_wrapping);
  } else if (shape == "u64_checked") {
    run(fibonacci::fib);
  } else if (shape == "recursive") {
    run(fibonacci::fib_recursive);
  } else if (shape == "two_args") {
    run([](uint64_t k) { return fibonacci::fib_mod(k, opaque(modulus)); });
  } else {
    throw std::invalid_argument(usage);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    if (arguments.empty()) {
      story();
    } else if (arguments.size() == 6 && arguments[0] == "bench" &&
               arguments[1] == "direct") {
      bench(arguments[2], std::stoull(arguments[3]), std::stoull(arguments[4]),
            std::stoull(arguments[5]));
    } else {
      throw std::invalid_argument(usage);
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
