/* A program in C that uses the installed library. */
#include <fibonacci/fibonacci.h>
#include <stdio.h>

int main(void) {
  uint64_t term;
  const fib_status status = fib_u64(93, &term);
  if (status != FIB_OK || fib_abi_version() != FIB_ABI_VERSION) {
    fprintf(stderr, "%s\n", fib_status_message(status));
    return 1;
  }
  printf("F(93) = %llu\n", (unsigned long long)term);
  return term != 12200160415121876738u;
}
