# Finds GMP: GMP_INCLUDE_DIR and GMP_LIBRARY, which a parent project may have found already. What is found here is
# cached under names of this project, for a parent has its own use for the others.
if(NOT GMP_INCLUDE_DIR)
  find_path(FIBONACCI_GMP_INCLUDE_DIR gmp.h)
  set(GMP_INCLUDE_DIR ${FIBONACCI_GMP_INCLUDE_DIR})
endif()
if(NOT GMP_LIBRARY)
  find_library(FIBONACCI_GMP_LIBRARY gmp)
  set(GMP_LIBRARY ${FIBONACCI_GMP_LIBRARY})
endif()
mark_as_advanced(FIBONACCI_GMP_INCLUDE_DIR FIBONACCI_GMP_LIBRARY)
if(NOT GMP_INCLUDE_DIR OR NOT GMP_LIBRARY)
  message(FATAL_ERROR "GMP is missing; on Debian and Ubuntu: apt-get install libgmp-dev")
endif()
