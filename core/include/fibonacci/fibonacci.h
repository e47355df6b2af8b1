/**
 * The C ABI of the Fibonacci library. F(0) = 0 and F(1) = 1.
 *
 * Conventions:
 *  - A function that cannot fail returns its value. One that can fails with a
 * ::fib_status and writes its result through `out`, always the last parameter, which
 * stays untouched on failure.
 *  - A result of variable size goes into memory of the caller: `capacity` items at
 * `buffer` (NULL is fine for 0), and `out` receives the number of items needed. When that
 * is more than `capacity`, the status is
 *    ::FIB_ERROR_BUFFER_TOO_SMALL and the buffer is untouched. Text is UTF-8 with no NUL
 * at its end.
 *  - A status says all; there is no hidden last error. A NULL where memory is needed, and
 * items that are not aligned to their size, are ::FIB_ERROR_INVALID_ARGUMENT.
 *  - Any thread may call; a fib_sequence belongs to one thread at a time. Nothing here
 * throws or calls exit.
 */
#ifndef FIBONACCI_FIBONACCI_H
#define FIBONACCI_FIBONACCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fibonacci/export.h"
#include "fibonacci/version.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum fib_status {
  FIB_OK = 0,
  FIB_ERROR_INVALID_ARGUMENT = 1, /**< an argument that no value answers */
  FIB_ERROR_OVERFLOW = 2,         /**< the result does not fit */
  FIB_ERROR_OUT_OF_RANGE = 3,     /**< beyond the end */
  FIB_ERROR_NO_MEMORY = 4,
  FIB_ERROR_BUFFER_TOO_SMALL = 5, /**< `out` holds the size needed */
  FIB_ERROR_INTERNAL = 6,         /**< a bug in the library */
  FIB_ERROR_STOPPED = 7           /**< the check of fib_set_stop_check() said so */
} fib_status;

/** How fib_by() computes. */
typedef enum fib_algorithm {
  FIB_ALGORITHM_RECURSIVE = 0,
  FIB_ALGORITHM_ITERATIVE = 1,
  FIB_ALGORITHM_FAST_DOUBLING = 2,
  FIB_ALGORITHM_MATRIX = 3,
  FIB_ALGORITHM_BINET = 4 /**< wrong above n = 70 */
} fib_algorithm;

/** A Fibonacci number and where it stands. */
typedef struct fib_term {
  uint64_t index;
  uint64_t term;
} fib_term;

/** F(start), F(start + 1), ..., F(93), one at a time. */
typedef struct fib_sequence fib_sequence;

/** Called with each term and the caller's `user`; false stops. */
typedef bool (*fib_visitor)(uint64_t index, uint64_t term, void* user);

/** What a status means, in one English phrase; the library keeps it. Never NULL. */
FIB_API const char* fib_status_message(fib_status status);
/** "major.minor.patch"; the library keeps it. */
FIB_API const char* fib_library_version(void);
/** ::FIB_ABI_VERSION of the library that is loaded; compare it with the header's. */
FIB_API uint32_t fib_abi_version(void);
/** Sequences that are alive: the leak ledger. */
FIB_API uint64_t fib_live_objects(void);

/* ---- calls that can run long */

/** Asked now and then by a call that can run long, on the thread that made the call; true
 * stops the call. It may call the library: meanwhile the thread has no check. */
typedef bool (*fib_stop_check)(void* user);
/** Sets the check of the calling thread; NULL removes it. While there is one,
 * fib_recursive(), fib_by(), fib_exact(), fib_decimal(), fib_index_of() and fib_caption()
 * ask it about once per millisecond, and between the multiplications of large numbers. A
 * call that it stops fails with ::FIB_ERROR_STOPPED; fib_recursive(), which has no
 * status, returns 0. The library borrows `user` until the check is replaced. */
FIB_API void fib_set_stop_check(fib_stop_check check, void* user);

/* ---- numbers */

/** Nothing: the price of the crossing itself. */
FIB_API void fib_noop(void);
/** 93, the largest n whose F(n) fits 64 bits. */
FIB_API uint64_t fib_max_index(void);
/** F(n) mod 2^64, for any n. */
FIB_API uint64_t fib_wrapping(uint64_t n);
/** F(n) mod 2^64 by the definition, 2 F(n+1) - 1 calls: the 2015 article's function. 0
 * when fib_set_stop_check() has stopped it. */
FIB_API uint64_t fib_recursive(uint64_t n);
/** F(n); ::FIB_ERROR_OVERFLOW above 93. */
FIB_API fib_status fib_u64(uint64_t n, uint64_t* out);
/** F(n) by one algorithm; ::FIB_ERROR_INVALID_ARGUMENT for an unknown one,
 * ::FIB_ERROR_OVERFLOW above 93. */
FIB_API fib_status fib_by(fib_algorithm how, uint64_t n, uint64_t* out);
/** F(n) mod m; ::FIB_ERROR_INVALID_ARGUMENT for m = 0. */
FIB_API fib_status fib_mod(uint64_t n, uint64_t m, uint64_t* out);
/** x(n) mod 2^64 of x(0) = a, x(1) = b, x(k+1) = p x(k) + q x(k-1). */
FIB_API uint64_t fib_recurrence(uint64_t p, uint64_t q, uint64_t a, uint64_t b,
                                uint64_t n);
/** phi^x / sqrt(5). */
FIB_API double fib_binet(double x);
/** Is there an n with F(n) = x? */
FIB_API bool fib_is_fibonacci(uint64_t x);

/* ---- numbers of any size: 64-bit limbs, least significant first, no zero limb at the
 * end, none at all for 0 */

/** F(n) as limbs; ::FIB_ERROR_OVERFLOW above n = 10^9. n / 92 + 1 limbs are always
 * enough. */
FIB_API fib_status fib_exact(uint64_t n, uint64_t* buffer, size_t capacity, size_t* out);
/** The n with F(n) = x, 1 for 1; ::FIB_ERROR_INVALID_ARGUMENT when there is none. Borrows
 * `length` limbs. */
FIB_API fib_status fib_index_of(const uint64_t* limbs, size_t length, uint64_t* out);
/** F(n) in decimal; ::FIB_ERROR_OVERFLOW above n = 10^9. n / 4 + 1 bytes are always
 * enough. */
FIB_API fib_status fib_decimal(uint64_t n, char* buffer, size_t capacity, size_t* out);

/* ---- text */

/** Is it a prefix of the infinite Fibonacci word abaababa...? Borrows `length` bytes. */
FIB_API bool fib_is_word(const char* text, size_t length);
/** `label(n) = F(n)`; ::FIB_ERROR_OVERFLOW above n = 10^9. Borrows `length` bytes of
 * UTF-8, NUL included. */
FIB_API fib_status fib_caption(const char* label, size_t length, uint64_t n, char* buffer,
                               size_t capacity, size_t* out);
/** The n-th Fibonacci word, F(n+1) letters: b, a, ab, aba, abaab, ...;
 * ::FIB_ERROR_OUT_OF_RANGE above n = 30. */
FIB_API fib_status fib_word(uint64_t n, char* buffer, size_t capacity, size_t* out);

/* ---- lists and memory */

/** F(first), ..., F(first + count - 1); ::FIB_ERROR_OVERFLOW when one lies above F(93).
 */
FIB_API fib_status fib_terms(uint64_t first, uint64_t count, uint64_t* buffer,
                             size_t capacity, size_t* out);
/** `length` numbers in Fibonacci coding; ::FIB_ERROR_INVALID_ARGUMENT when one is 0. */
FIB_API fib_status fib_encode(const uint64_t* numbers, size_t length, uint8_t* buffer,
                              size_t capacity, size_t* out);
/** The numbers in `size` bytes of Fibonacci code; ::FIB_ERROR_INVALID_ARGUMENT for a
 * malformed stream. */
FIB_API fib_status fib_decode(const uint8_t* bytes, size_t size, uint64_t* buffer,
                              size_t capacity, size_t* out);
/** F(0), F(1), ... mod 2^64 into `count` items at `out`; ::FIB_ERROR_INVALID_ARGUMENT for
 * NULL unless `count` is 0. */
FIB_API fib_status fib_fill(size_t count, uint64_t* out);
/** out[i] = F(indices[i]) for `length` items; ::FIB_ERROR_OVERFLOW, and nothing written,
 * when an index lies above 93. The two may be the same memory, or overlap: the results
 * are those of separate memory. */
FIB_API fib_status fib_each(const uint64_t* indices, size_t length, uint64_t* out);

/* ---- structs */

/** The term closest to x; the smaller of two that are equally close. */
FIB_API fib_term fib_nearest(uint64_t x);
/** The unique sum of terms with no two neighbours, largest first; at most 47 of them. */
FIB_API fib_status fib_zeckendorf(uint64_t x, fib_term* buffer, size_t capacity,
                                  size_t* out);

/* ---- callbacks */

/** Calls back with F(first), ... F(first + count - 1) until false; `out` receives how
 * many calls there were.
 *  ::FIB_ERROR_OVERFLOW, before the first call, when a term lies above F(93). (The C++
 * Listener is this.) */
FIB_API fib_status fib_visit(uint64_t first, uint64_t count, fib_visitor visitor,
                             void* user, uint64_t* out);

/* ---- the sequence: made by fib_sequence_new(), which gives it to the caller, ended by
 * fib_sequence_free() */

/** ::FIB_ERROR_OUT_OF_RANGE when start > 94. */
FIB_API fib_status fib_sequence_new(uint64_t start, fib_sequence** out);
/** Takes the sequence; NULL is fine. */
FIB_API void fib_sequence_free(fib_sequence* self);
/** F(position), then moves on; ::FIB_ERROR_OUT_OF_RANGE when exhausted. */
FIB_API fib_status fib_sequence_advance(fib_sequence* self, uint64_t* out);
/** F(position); ::FIB_ERROR_OUT_OF_RANGE when exhausted. */
FIB_API fib_status fib_sequence_peek(const fib_sequence* self, uint64_t* out);
/** Goes back to start; ::FIB_ERROR_INVALID_ARGUMENT for NULL. */
FIB_API fib_status fib_sequence_reset(fib_sequence* self);
/** The index of the term that comes. */
FIB_API fib_status fib_sequence_position(const fib_sequence* self, uint64_t* out);
/** Was F(93) given out? */
FIB_API fib_status fib_sequence_exhausted(const fib_sequence* self, bool* out);

#ifdef __cplusplus
}
#endif
#endif
