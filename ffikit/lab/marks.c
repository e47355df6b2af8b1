/* Tells callgrind where a measurement begins and ends. Every host can call these, whatever its way to C. */
#include <stddef.h>
#include <valgrind/callgrind.h>

#define MARKS_API __attribute__((visibility("default")))

MARKS_API int marks_begin(void) { /* also a lua_CFunction, which does not look at its state */
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  return 0;
}

MARKS_API int marks_end(const char* label) {
  CALLGRIND_DUMP_STATS_AT(label);
  CALLGRIND_STOP_INSTRUMENTATION;
  return 0;
}

/* marks_end() as a lua_CFunction. The interpreter has this function; nobody else looks for it. */
extern const char* lua_tolstring(void* state, int index, size_t* size) __attribute__((weak));
MARKS_API int marks_end_lua(void* state) { return marks_end(lua_tolstring(state, 1, NULL)); }
