# Hardens every target of the build, as far as compiler and linker know how: what SECURITY.md promises and the test
# package.hardening reads in the files that were built.
include(CheckCXXCompilerFlag)
include(CheckLinkerFlag)

check_cxx_compiler_flag(-fstack-protector-strong FIBONACCI_HAS_STACK_PROTECTOR)
if(FIBONACCI_HAS_STACK_PROTECTOR)
  add_compile_options(-fstack-protector-strong)
endif()
# It needs an optimizing compiler, and a sanitizer checks these functions in a way of its own. Undefined first, for some
# compilers come with a definition.
if(NOT FIBONACCI_SANITIZE)
  add_compile_options(
    "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>"
  )
endif()

# Relocations done and read-only before anything else runs; a stack that is not executable.
foreach(keyword IN ITEMS relro now noexecstack)
  check_linker_flag(CXX LINKER:-z,${keyword} FIBONACCI_HAS_Z_${keyword})
  if(FIBONACCI_HAS_Z_${keyword})
    add_link_options(LINKER:-z,${keyword})
  endif()
endforeach()
