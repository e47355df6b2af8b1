// Stop requests: what calls that can run long ask on their way.
#include "fibonacci/fibonacci.h"
#include "fibonacci/fibonacci.hpp"
#include "internal.hpp"

namespace fibonacci {
namespace {

struct Current {
  StopCheck check;
  void* user;
};
thread_local Current current{};

}  // namespace

Stoppable::Stoppable(StopCheck check, void* user)
    : outer_check_(current.check), outer_user_(current.user) {
  current = {check, user};
}
Stoppable::~Stoppable() { current = {outer_check_, outer_user_}; }

const char* Stopped::what() const noexcept { return "the call was stopped"; }

void ask_to_stop() {
  if (!current.check) return;
  // A check may run a program of its host, whose calls are no business of this check.
  const Current asked = current;
  const Stoppable quiet(nullptr, nullptr);
  if (asked.check(asked.user)) throw Stopped();
}

}  // namespace fibonacci

void fib_set_stop_check(fib_stop_check check, void* user) {
  fibonacci::current = {check, user};
}
