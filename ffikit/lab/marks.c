/* Tells callgrind where a measurement begins and ends. Every host can call these two, whatever its way to C: the
 * argument of the first is ignored, so that it also is a lua_CFunction. */
#include <valgrind/callgrind.h>

#define MARKS_API __attribute__((visibility("default")))

MARKS_API int marks_begin(void) {
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  return 0;
}

MARKS_API int marks_end(const char* label) {
  CALLGRIND_DUMP_STATS_AT(label);
  CALLGRIND_STOP_INSTRUMENTATION;
  return 0;
}
