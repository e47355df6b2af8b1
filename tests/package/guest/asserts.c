/* Ends by abort() where the parent project's assertions are on; in C and in C++. */
#include <assert.h>

int main(void) {
  assert(0 && "assertions are on");
  return 0;
}
