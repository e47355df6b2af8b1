// The functions of the C ABI behind pointers that dlsym gives, from the library of the
// environment's FIB_LIBRARY.
#ifndef FIBONACCI_LAB_LOADED_HPP
#define FIBONACCI_LAB_LOADED_HPP

#include <dlfcn.h>

#include <cstdlib>
#include <iostream>

#include "fibonacci/fibonacci.h"

namespace loaded {

inline void* symbol(const char* library, const char* name) {
  void* const handle = library ? dlopen(library, RTLD_NOW) : nullptr;
  void* const found = handle ? dlsym(handle, name) : nullptr;
  if (found) return found;
  std::cerr << "bench: no " << name << " in FIB_LIBRARY\n";
  std::exit(2);
}

#define FIB_LOAD(name) \
  const auto name =    \
      reinterpret_cast<decltype(&::name)>(symbol(std::getenv("FIB_LIBRARY"), #name))

FIB_LOAD(fib_noop);
FIB_LOAD(fib_max_index);
FIB_LOAD(fib_wrapping);
FIB_LOAD(fib_recursive);
FIB_LOAD(fib_u64);
FIB_LOAD(fib_by);
FIB_LOAD(fib_mod);
FIB_LOAD(fib_recurrence);
FIB_LOAD(fib_binet);
FIB_LOAD(fib_is_fibonacci);
FIB_LOAD(fib_exact);
FIB_LOAD(fib_index_of);
FIB_LOAD(fib_decimal);
FIB_LOAD(fib_is_word);
FIB_LOAD(fib_caption);
FIB_LOAD(fib_word);
FIB_LOAD(fib_terms);
FIB_LOAD(fib_encode);
FIB_LOAD(fib_decode);
FIB_LOAD(fib_fill);
FIB_LOAD(fib_each);
FIB_LOAD(fib_nearest);
FIB_LOAD(fib_zeckendorf);
FIB_LOAD(fib_visit);
FIB_LOAD(fib_sequence_new);
FIB_LOAD(fib_sequence_free);
FIB_LOAD(fib_sequence_advance);
FIB_LOAD(fib_sequence_peek);
FIB_LOAD(fib_sequence_position);
FIB_LOAD(fib_sequence_exhausted);

#undef FIB_LOAD

}  // namespace loaded

#endif
