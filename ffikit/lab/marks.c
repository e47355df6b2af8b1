/* Tells callgrind where a measurement begins and ends. Neither function looks at an
 * argument or has a result of interest: every host can call them, whatever its way to C.
 */
#include <valgrind/callgrind.h>

#define MARKS_API __attribute__((visibility("default")))

MARKS_API int marks_begin(void) {
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  return 0;
}

MARKS_API int marks_end(void) {
  CALLGRIND_DUMP_STATS;
  CALLGRIND_STOP_INSTRUMENTATION;
  return 0;
}
