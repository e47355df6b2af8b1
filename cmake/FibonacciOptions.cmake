# What a build can be told, and what holds for every target of it. A guest, which another project adds as a folder, changes
# nothing of its parent: it caches nothing but what begins with FIBONACCI_, and takes the parent's build type and flags.

# General
option(
  FIBONACCI_BINDINGS
  "Build the modules of the hosts, not the library alone"
  ${PROJECT_IS_TOP_LEVEL}
)
option(
  FIBONACCI_INSTALL
  "Install the library, its headers, CMake package and .pc file"
  ${PROJECT_IS_TOP_LEVEL}
)
option(
  FIBONACCI_HARDENING
  "Stack protector, checked functions of the C library, read-only relocations"
  ${PROJECT_IS_TOP_LEVEL}
)
option(FIBONACCI_STATIC "Link the library into each module, as a package for a host wants it" OFF)
# Each host: FIBONACCI_HOST_<NAME> = AUTO (when it is there) | ON (an error when it is not) | OFF.
set(
  FIBONACCI_HOSTS_DEFAULT
  AUTO
  CACHE STRING
  "What each host is that is not chosen itself: AUTO or OFF"
)

# Development
option(FIBONACCI_TESTS "Build and register the tests and examples" ${PROJECT_IS_TOP_LEVEL})
set(
  FIBONACCI_TECHNIQUES
  all
  CACHE STRING
  "The techniques that are built beside the modules: all, none, or a list of their folders"
)
set(FIBONACCI_SANITIZE "" CACHE STRING "Sanitizers for every target: address,undefined or thread")

if(FIBONACCI_STATIC AND FIBONACCI_TESTS)
  message(
    FATAL_ERROR
    "The tests need libfibonacci.so, which FIBONACCI_STATIC leaves out: say -DFIBONACCI_TESTS=OFF too"
  )
endif()

if(FIBONACCI_BINDINGS OR FIBONACCI_TESTS)
  enable_language(C)
endif()
if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
  endif()
  foreach(language IN ITEMS C CXX)
    if(CMAKE_${language}_FLAGS_RELEASE STREQUAL "-O3 -DNDEBUG") # CMake's own: nobody has chosen
      set(CMAKE_${language}_FLAGS_RELEASE "-O2 -DNDEBUG")
    endif()
  endforeach()
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
endif()

if(FIBONACCI_SANITIZE)
  add_compile_options(
    -fsanitize=${FIBONACCI_SANITIZE}
    -fno-sanitize-recover=all
    -fno-omit-frame-pointer
    -g
  )
  add_link_options(-fsanitize=${FIBONACCI_SANITIZE})
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    add_link_options(-Wl,-z,nodelete) # a report at the end names functions of what a host has unloaded
  endif()
endif()
if(FIBONACCI_HARDENING)
  include(FibonacciHardening)
endif()

# The project's own Python where ./kit has made it: for the scripts of the tests, and the one that the module is for.
if(FIBONACCI_BINDINGS OR FIBONACCI_TESTS)
  if(EXISTS "${PROJECT_SOURCE_DIR}/.venv/bin/python" AND NOT DEFINED Python3_ROOT_DIR)
    set(Python3_ROOT_DIR "${PROJECT_SOURCE_DIR}/.venv")
  endif()
  set(Python3_FIND_VIRTUALENV FIRST)
  find_package(Python3 3.9 COMPONENTS Interpreter OPTIONAL_COMPONENTS Development.Module)
endif()
if(FIBONACCI_TESTS AND NOT Python3_Interpreter_FOUND)
  message(
    FATAL_ERROR
    "The tests need Python 3.9 or newer; -DFIBONACCI_TESTS=OFF builds without them"
  )
endif()

if(FIBONACCI_TESTS)
  enable_testing()
endif()

# Registers a test that does not run here and says why.
function(fibonacci_skip_test name reason)
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "SKIP: ${reason}")
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "^SKIP: ")
endfunction()
