// Where memory ends: a status, and a process that goes on. GMP alone would end it.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <vector>

#include "catch.hpp"
#include "fibonacci/fibonacci.h"

namespace {

constexpr size_t megabyte = 1 << 20;

size_t memory_in_use() {
  size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

/// What `body` returns in a child that may take `more` bytes than this process has;
/// negative when it died, 101 when there is no limiting it.
int with_memory(size_t more, const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    const size_t most = memory_in_use() + more;
    const rlimit limit = {most, most};
    if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(101);
    _exit(body());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// The status of a term that needs `more` than there is, or 100 when the library is of no
/// use afterwards.
int exact_then_go_on(uint64_t n) {
  size_t size = 0;
  const fib_status status = fib_exact(n, nullptr, 0, &size);
  uint64_t limbs[11];
  const fib_status after = fib_exact(1000, limbs, 11, &size);
  return after == FIB_OK && size == 11 ? status : 100;
}

int decimal_then_go_on(uint64_t n) {
  size_t size = 0;
  const fib_status status = fib_decimal(n, nullptr, 0, &size);
  char digits[209];
  const fib_status after = fib_decimal(1000, digits, 209, &size);
  return after == FIB_OK && size == 209 ? status : 100;
}

}  // namespace

TEST_CASE("a term that memory cannot hold is a status, and the process goes on") {
  CHECK(with_memory(64 * megabyte, [] { return exact_then_go_on(1'000'000'000); }) ==
        FIB_ERROR_NO_MEMORY);
  CHECK(with_memory(64 * megabyte, [] { return decimal_then_go_on(1'000'000'000); }) ==
        FIB_ERROR_NO_MEMORY);
}

TEST_CASE("no limit between too little and enough ends the process") {
  bool enough = false, too_little = false;
  for (size_t more = megabyte; more <= 24 * megabyte; more += megabyte) {
    for (const auto& body : {exact_then_go_on, decimal_then_go_on}) {
      const int status = with_memory(more, [&] { return body(10'000'000); });
      INFO("with " << more / megabyte << " MB more");
      CHECK((status == FIB_ERROR_NO_MEMORY || status == FIB_ERROR_BUFFER_TOO_SMALL));
      too_little = too_little || status == FIB_ERROR_NO_MEMORY;
      enough = enough || status == FIB_ERROR_BUFFER_TOO_SMALL;
    }
  }
  CHECK(too_little);
  CHECK(enough);
}
