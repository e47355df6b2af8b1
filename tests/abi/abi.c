/* Checks a shared library against fibonacci.h: abi LIBRARY [--complete]
 *
 * Sizes, offsets and values are checked when this is compiled, each function by a call.
 * One that the library lacks is reported by name, and is a failure with --complete. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "fibonacci/fibonacci.h"

_Static_assert(sizeof(fib_term) == 16, "fib_term has two numbers of 64 bits");
_Static_assert(offsetof(fib_term, index) == 0 && offsetof(fib_term, term) == 8,
               "index, then term");
_Static_assert(sizeof(fib_status) == 4 && sizeof(fib_algorithm) == 4,
               "an enum is an int");
_Static_assert(sizeof(bool) == 1 && sizeof(size_t) == 8, "a machine of 64 bits");
_Static_assert(FIB_OK == 0 && FIB_ERROR_INVALID_ARGUMENT == 1 &&
                   FIB_ERROR_OVERFLOW == 2 && FIB_ERROR_OUT_OF_RANGE == 3 &&
                   FIB_ERROR_NO_MEMORY == 4 && FIB_ERROR_BUFFER_TOO_SMALL == 5 &&
                   FIB_ERROR_INTERNAL == 6 && FIB_ERROR_STOPPED == 7,
               "a status never changes its number");
_Static_assert(FIB_ALGORITHM_RECURSIVE == 0 && FIB_ALGORITHM_ITERATIVE == 1 &&
                   FIB_ALGORITHM_FAST_DOUBLING == 2 && FIB_ALGORITHM_MATRIX == 3 &&
                   FIB_ALGORITHM_BINET == 4,
               "an algorithm never changes its number");

/* Every function of the header: its result, name and parameters. */
#define FUNCTIONS(F)                                                                  \
  F(const char*, fib_status_message, (fib_status))                                    \
  F(const char*, fib_library_version, (void))                                         \
  F(uint32_t, fib_abi_version, (void))                                                \
  F(uint64_t, fib_live_objects, (void))                                               \
  F(void, fib_set_stop_check, (fib_stop_check, void*))                                \
  F(void, fib_noop, (void))                                                           \
  F(uint64_t, fib_max_index, (void))                                                  \
  F(uint64_t, fib_wrapping, (uint64_t))                                               \
  F(uint64_t, fib_recursive, (uint64_t))                                              \
  F(fib_status, fib_u64, (uint64_t, uint64_t*))                                       \
  F(fib_status, fib_by, (fib_algorithm, uint64_t, uint64_t*))                         \
  F(fib_status, fib_mod, (uint64_t, uint64_t, uint64_t*))                             \
  F(uint64_t, fib_recurrence, (uint64_t, uint64_t, uint64_t, uint64_t, uint64_t))     \
  F(double, fib_binet, (double))                                                      \
  F(bool, fib_is_fibonacci, (uint64_t))                                               \
  F(fib_status, fib_exact, (uint64_t, uint64_t*, size_t, size_t*))                    \
  F(fib_status, fib_index_of, (const uint64_t*, size_t, uint64_t*))                   \
  F(fib_status, fib_decimal, (uint64_t, char*, size_t, size_t*))                      \
  F(bool, fib_is_word, (const char*, size_t))                                         \
  F(fib_status, fib_caption, (const char*, size_t, uint64_t, char*, size_t, size_t*)) \
  F(fib_status, fib_word, (uint64_t, char*, size_t, size_t*))                         \
  F(fib_status, fib_terms, (uint64_t, uint64_t, uint64_t*, size_t, size_t*))          \
  F(fib_status, fib_encode, (const uint64_t*, size_t, uint8_t*, size_t, size_t*))     \
  F(fib_status, fib_decode, (const uint8_t*, size_t, uint64_t*, size_t, size_t*))     \
  F(fib_status, fib_fill, (size_t, uint64_t*))                                        \
  F(fib_status, fib_each, (const uint64_t*, size_t, uint64_t*))                       \
  F(fib_term, fib_nearest, (uint64_t))                                                \
  F(fib_status, fib_zeckendorf, (uint64_t, fib_term*, size_t, size_t*))               \
  F(fib_status, fib_visit, (uint64_t, uint64_t, fib_visitor, void*, uint64_t*))       \
  F(fib_status, fib_sequence_new, (uint64_t, fib_sequence**))                         \
  F(void, fib_sequence_free, (fib_sequence*))                                         \
  F(fib_status, fib_sequence_advance, (fib_sequence*, uint64_t*))                     \
  F(fib_status, fib_sequence_peek, (const fib_sequence*, uint64_t*))                  \
  F(fib_status, fib_sequence_reset, (fib_sequence*))                                  \
  F(fib_status, fib_sequence_position, (const fib_sequence*, uint64_t*))              \
  F(fib_status, fib_sequence_exhausted, (const fib_sequence*, bool*))

#define IS_THAT_OF_THE_HEADER(result, name, parameters) \
  _Static_assert(_Generic(&name, result(*) parameters: 1, default: 0), #name);
FUNCTIONS(IS_THAT_OF_THE_HEADER)

#define POINTER(result, name, parameters) result(*name) parameters;
static struct {
  FUNCTIONS(POINTER)
} library;

static int failures = 0;

/* Checks what holds for a function, when the library has it. */
#define CHECK(name, condition)                                  \
  do {                                                          \
    if (library.name && !(condition)) {                         \
      printf("line %d: %s\n", __LINE__, "not so: " #condition); \
      ++failures;                                               \
    }                                                           \
  } while (0)

static int load(void* handle) {
  int missing = 0;
#define LOAD(result, name, parameters)                 \
  *(void**)&library.name = dlsym(handle, #name);       \
  if (!library.name) {                                 \
    printf("skipped: the library has no " #name "\n"); \
    ++missing;                                         \
  }
  FUNCTIONS(LOAD)
  return missing;
}

static void check_numbers(void) {
  uint64_t number = 7;
  CHECK(fib_status_message, strlen(library.fib_status_message(FIB_OK)) > 0);
  CHECK(fib_status_message, library.fib_status_message((fib_status)99) != NULL);
  CHECK(fib_library_version,
        strcmp(library.fib_library_version(), FIB_VERSION_STRING) == 0);
  CHECK(fib_abi_version, library.fib_abi_version() == FIB_ABI_VERSION);
  CHECK(fib_live_objects, library.fib_live_objects() == 0);
  CHECK(fib_noop, (library.fib_noop(), true));
  CHECK(fib_max_index, library.fib_max_index() == 93);
  CHECK(fib_wrapping, library.fib_wrapping(94) == 1293530146158671551u);
  CHECK(fib_recursive, library.fib_recursive(20) == 6765);
  CHECK(fib_u64, library.fib_u64(94, &number) == FIB_ERROR_OVERFLOW && number == 7);
  CHECK(fib_u64, library.fib_u64(93, NULL) == FIB_ERROR_INVALID_ARGUMENT);
  CHECK(fib_u64,
        library.fib_u64(93, &number) == FIB_OK && number == 12200160415121876738u);
  for (int how = FIB_ALGORITHM_RECURSIVE; how <= FIB_ALGORITHM_BINET; ++how) {
    CHECK(fib_by,
          library.fib_by((fib_algorithm)how, 20, &number) == FIB_OK && number == 6765);
  }
  CHECK(fib_by,
        library.fib_by((fib_algorithm)99, 20, &number) == FIB_ERROR_INVALID_ARGUMENT);
  CHECK(fib_by, library.fib_by(FIB_ALGORITHM_MATRIX, 94, &number) == FIB_ERROR_OVERFLOW);
  CHECK(fib_mod, library.fib_mod(UINT64_MAX, 1000, &number) == FIB_OK && number < 1000);
  CHECK(fib_mod, library.fib_mod(5, 0, &number) == FIB_ERROR_INVALID_ARGUMENT);
  CHECK(fib_mod, library.fib_mod(100, 1000, &number) == FIB_OK && number == 75);
  CHECK(fib_recurrence, library.fib_recurrence(2, 1, 0, 1, 10) == 2378);
  CHECK(fib_binet, library.fib_binet(10) > 55.003 && library.fib_binet(10) < 55.004);
  CHECK(fib_is_fibonacci, library.fib_is_fibonacci(8) && !library.fib_is_fibonacci(9));
  CHECK(fib_nearest,
        library.fib_nearest(57).index == 10 && library.fib_nearest(57).term == 55);
}

static bool stop(void* asked) {
  ++*(int*)asked;
  return true;
}

static void check_stopping(void) {
  uint64_t number = 7;
  int asked = 0;
  if (!library.fib_set_stop_check) return;
  library.fib_set_stop_check(stop, &asked);
  CHECK(fib_recursive, library.fib_recursive(60) == 0 && asked == 1);
  CHECK(fib_by,
        library.fib_by(FIB_ALGORITHM_RECURSIVE, 60, &number) == FIB_ERROR_STOPPED);
  CHECK(fib_by, asked == 2 && number == 7);
  CHECK(fib_recursive, library.fib_recursive(20) == 6765 && asked == 2);
  library.fib_set_stop_check(NULL, NULL);
  CHECK(fib_recursive, library.fib_recursive(27) == 196418 && asked == 2);
}

static void check_buffers(void) {
  uint64_t numbers[10] = {0}, number = 0;
  uint8_t bytes[10];
  char text[10];
  fib_term sum[10];
  size_t size = 0;
  CHECK(fib_exact, library.fib_exact(94, numbers, 10, &size) == FIB_OK && size == 2);
  CHECK(fib_exact, numbers[0] == 1293530146158671551u && numbers[1] == 1);
  CHECK(fib_index_of,
        library.fib_index_of(numbers, 2, &number) == FIB_OK && number == 94);
  CHECK(fib_decimal, library.fib_decimal(10, text, 10, &size) == FIB_OK && size == 2);
  CHECK(fib_decimal, memcmp(text, "55", 2) == 0);
  CHECK(fib_is_word, library.fib_is_word("aba", 3) && !library.fib_is_word("abb", 3));
  CHECK(fib_caption,
        library.fib_caption("F", 1, 9, text, 10, &size) == FIB_OK && size == 9);
  CHECK(fib_caption, memcmp(text, "F(9) = 34", 9) == 0);
  CHECK(fib_word,
        library.fib_word(4, text, 4, &size) == FIB_ERROR_BUFFER_TOO_SMALL && size == 5);
  CHECK(fib_word,
        library.fib_word(4, text, 10, &size) == FIB_OK && memcmp(text, "abaab", 5) == 0);
  CHECK(fib_terms, library.fib_terms(5, 3, numbers, 10, &size) == FIB_OK && size == 3);
  CHECK(fib_terms, numbers[0] == 5 && numbers[1] == 8 && numbers[2] == 13);
  CHECK(fib_terms,
        library.fib_terms(90, 4, numbers, 3, &size) == FIB_ERROR_BUFFER_TOO_SMALL);
  CHECK(fib_terms, size == 4 && numbers[0] == 5);
  CHECK(fib_encode,
        library.fib_encode(numbers, 1, bytes, 10, &size) == FIB_OK && size == 1);
  CHECK(fib_encode, bytes[0] == 0x18);
  CHECK(fib_decode,
        library.fib_decode(bytes, 1, numbers, 10, &size) == FIB_OK && size == 1);
  CHECK(fib_decode, numbers[0] == 5);
  CHECK(fib_fill,
        library.fib_fill(8, numbers) == FIB_OK && numbers[0] == 0 && numbers[7] == 13);
  CHECK(fib_each, library.fib_each(numbers, 8, numbers) == FIB_OK && numbers[7] == 233);
  for (int i = 0; i < 4; ++i) numbers[i] = 10 + (uint64_t)i;
  CHECK(fib_each, library.fib_each(numbers, 4, numbers + 1) == FIB_OK);
  CHECK(fib_each, numbers[1] == 55 && numbers[2] == 89 && numbers[4] == 233);
  uint64_t* odd = (uint64_t*)((char*)numbers + 1);
  CHECK(fib_u64, library.fib_u64(10, odd) == FIB_ERROR_INVALID_ARGUMENT);
  CHECK(fib_terms,
        library.fib_terms(5, 3, numbers, 10, (size_t*)odd) == FIB_ERROR_INVALID_ARGUMENT);
  CHECK(fib_terms, library.fib_terms(5, 3, odd, 3, &size) == FIB_ERROR_INVALID_ARGUMENT);
  CHECK(fib_fill, library.fib_fill(3, odd) == FIB_ERROR_INVALID_ARGUMENT);
  CHECK(fib_each, library.fib_each(odd, 3, numbers) == FIB_ERROR_INVALID_ARGUMENT);
  CHECK(fib_each, library.fib_each(numbers, 3, odd) == FIB_ERROR_INVALID_ARGUMENT);
  CHECK(fib_zeckendorf,
        library.fib_zeckendorf(100, sum, 10, &size) == FIB_OK && size == 3);
  CHECK(fib_zeckendorf, sum[0].index == 11 && sum[0].term == 89 && sum[2].term == 3);
}

static bool until_7(uint64_t index, uint64_t term, void* user) {
  *(uint64_t*)user += term;
  return index != 7;
}

static void check_objects(void) {
  uint64_t number = 0, total = 0;
  bool exhausted = false;
  fib_sequence* sequence = NULL;
  CHECK(fib_visit, library.fib_visit(5, 9, until_7, &total, &number) == FIB_OK);
  CHECK(fib_visit, number == 3 && total == 5 + 8 + 13);
  CHECK(fib_sequence_new,
        library.fib_sequence_new(95, &sequence) == FIB_ERROR_OUT_OF_RANGE);
  CHECK(fib_sequence_new, !sequence && library.fib_sequence_new(93, &sequence) == FIB_OK);
  if (!sequence) return;
  CHECK(fib_live_objects, library.fib_live_objects() == 1);
  CHECK(fib_sequence_peek, library.fib_sequence_peek(sequence, &number) == FIB_OK);
  CHECK(fib_sequence_peek, number == 12200160415121876738u);
  CHECK(fib_sequence_advance, library.fib_sequence_advance(sequence, &number) == FIB_OK);
  CHECK(fib_sequence_advance,
        library.fib_sequence_advance(sequence, &number) == FIB_ERROR_OUT_OF_RANGE);
  CHECK(fib_sequence_exhausted,
        library.fib_sequence_exhausted(sequence, &exhausted) == FIB_OK);
  CHECK(fib_sequence_exhausted, exhausted);
  CHECK(fib_sequence_reset, library.fib_sequence_reset(sequence) == FIB_OK);
  CHECK(fib_sequence_position,
        library.fib_sequence_position(sequence, &number) == FIB_OK);
  CHECK(fib_sequence_position, number == 93);
  CHECK(fib_sequence_free, (library.fib_sequence_free(sequence), true));
  CHECK(fib_live_objects, library.fib_live_objects() == 0);
}

int main(int count, char** arguments) {
  if (count < 2) {
    printf("usage: abi LIBRARY [--complete]\n");
    return 2;
  }
  void* handle = dlopen(arguments[1], RTLD_NOW);
  if (!handle) {
    printf("%s\n", dlerror());
    return 1;
  }
  const int missing = load(handle);
  if (!library.fib_u64 || (missing > 0 && count > 2)) ++failures;
  check_numbers();
  check_stopping();
  check_buffers();
  check_objects();
  printf("%s: %d functions missing, %d failures\n", arguments[1], missing, failures);
  return failures > 0;
}
