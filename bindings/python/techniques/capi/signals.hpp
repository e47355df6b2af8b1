/// Calls that can run long, and what they ask on their way: Python's handlers of signals
/// run then, and what one of them raises ends the call, as Ctrl-C does. The call keeps
/// the GIL: other threads wait until it is over.
#pragma once
#include <Python.h>
#include <stddef.h>
#include <stdint.h>

#include <optional>

#include "fibonacci/fibonacci.hpp"

namespace python {

/// From here on a call may take longer than a question costs.
inline constexpr uint64_t long_recursion = 25, long_exact = 1'000'000;
inline constexpr size_t long_limbs = 10'000;

/// Asks for as long as it lives, after begin().
class Asking {
 public:
  void begin() { stoppable_.emplace(has_signal, nullptr); }

 private:
  static bool has_signal(void*) { return PyErr_CheckSignals() != 0; }
  std::optional<fibonacci::Stoppable> stoppable_;
};

/// What `work` gives, which can run long when `is_long` holds. It is ended by throwing
/// `Raised()`, which stands for the Python exception that is set.
template <class Raised, class Work>
auto interruptible(bool is_long, Work work) {
  if (!is_long) return work();
  Asking asking;
  asking.begin();
  try {
    return work();
  } catch (const fibonacci::Stopped&) {
    throw Raised();
  }
}

}  // namespace python
