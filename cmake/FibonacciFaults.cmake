# The tests that look for faults nobody has thought of: random cases, allocations that fail, sanitizers.
#
#   fibonacci_add_fault_tests(<host>)                     random.<host> and faults.<host>
#   fibonacci_add_sanitized_tests(<host>)                 sanitize.<host>.<topic>
#   fibonacci_add_sanitized_technique(<host> <technique> <program> <environment>)
#   fibonacci_note_modules(<target>...) and then
#   fibonacci_add_modules_target()                        fibonacci_modules: all modules, nothing else
set(_fibonacci_faults ${PROJECT_SOURCE_DIR}/tests/faults)

# The library that a program preloads when its modules are compiled for a sanitizer, and the C++ runtime, which the
# sanitizer looks for when the program starts. Empty: this compiler has none as a shared library.
function(_fibonacci_sanitizer_runtime result sanitizers)
  set(name libasan.so)
  if(sanitizers STREQUAL thread)
    set(name libtsan.so)
  endif()
  set(found "")
  foreach(library IN ITEMS ${name} libstdc++.so)
    execute_process(
      COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${library}
      OUTPUT_VARIABLE path
      OUTPUT_STRIP_TRAILING_WHITESPACE
    )
    if(NOT IS_ABSOLUTE "${path}" OR NOT EXISTS "${path}")
      set(${result} "" PARENT_SCOPE)
      return()
    endif()
    list(APPEND found ${path})
  endforeach()
  list(JOIN found ":" found)
  set(${result} ${found} PARENT_SCOPE)
endfunction()

# Where the sanitized modules lie: in this build, or in that of the preset asan, which the test sanitize.build makes.
set(FIBONACCI_SANITIZED_BUILD ${PROJECT_SOURCE_DIR}/build/asan)
set(_fibonacci_sanitizers address,undefined)
set(_fibonacci_not_sanitized "")
if(FIBONACCI_SANITIZE)
  set(FIBONACCI_SANITIZED_BUILD ${PROJECT_BINARY_DIR})
  set(_fibonacci_sanitizers ${FIBONACCI_SANITIZE})
elseif(NOT PROJECT_BINARY_DIR STREQUAL "${PROJECT_SOURCE_DIR}/build/default")
  set(
    _fibonacci_not_sanitized
    "only build/default and the builds of the presets asan and tsan have it"
  )
endif()
_fibonacci_sanitizer_runtime(FIBONACCI_SANITIZER_RUNTIME ${_fibonacci_sanitizers})
if(NOT FIBONACCI_SANITIZER_RUNTIME)
  set(_fibonacci_not_sanitized "${CMAKE_CXX_COMPILER_ID} has no sanitizer as a shared library")
endif()

if(FIBONACCI_TESTS AND NOT FIBONACCI_SANITIZE AND NOT _fibonacci_not_sanitized)
  get_cmake_property(_variables CACHE_VARIABLES)
  list(FILTER _variables INCLUDE REGEX "^FIBONACCI_HOSTS?_")
  set(_same "")
  foreach(variable IN LISTS _variables)
    list(APPEND _same "-D${variable}=${${variable}}")
  endforeach()
  add_test(
    NAME sanitize.build
    COMMAND
      ${Python3_EXECUTABLE} ${_fibonacci_faults}/build.py ${CMAKE_COMMAND}
      -DPython3_EXECUTABLE=${Python3_EXECUTABLE} ${_same}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
  )
  set_tests_properties(
    sanitize.build
    PROPERTIES FIXTURES_SETUP sanitized PROCESSORS 2 COST 1000
  )
endif()

function(fibonacci_add_sanitized_tests host)
  if(_fibonacci_not_sanitized)
    fibonacci_skip_test(sanitize.${host} "${_fibonacci_not_sanitized}")
    return()
  endif()
  _fibonacci_folder(folder suffix ${host})
  get_property(environment GLOBAL PROPERTY FIBONACCI_PATTERN_${host})
  string(
    REPLACE "<directory>"
    "${FIBONACCI_SANITIZED_BUILD}/hosts/${host}"
    environment
    "${environment}"
  )
  _fibonacci_add_sanitized(
    ${host}
    ${folder}
    cases
    "${environment}"
    --cases
    --
    ${folder}/conform.${suffix}
  )
  _fibonacci_add_sanitized(
    ${host}
    ${folder}
    second
    "${environment}"
    --
    ${folder}/conform_second.${suffix}
  )
  file(GLOB own_tests CONFIGURE_DEPENDS ${folder}/tests/*.${suffix})
  foreach(file IN LISTS own_tests)
    cmake_path(GET file STEM topic)
    _fibonacci_add_sanitized(${host} ${folder} own.${topic} "${environment}" -- ${file})
  endforeach()
endfunction()

# What is written by hand for the host is watched too: it is what the modules are measured against.
function(fibonacci_add_sanitized_technique host technique program)
  if(_fibonacci_not_sanitized OR NOT technique STREQUAL capi)
    return()
  endif()
  _fibonacci_folder(folder suffix ${host})
  string(REPLACE "${PROJECT_BINARY_DIR}/" "${FIBONACCI_SANITIZED_BUILD}/" environment "${ARGN}")
  _fibonacci_add_sanitized(
    ${host}
    ${folder}
    ${technique}
    "${environment}"
    --cases
    --
    ${folder}/conform.${suffix}
    ${program}
  )
endfunction()

# _fibonacci_add_sanitized(<host> <folder> <topic> <environment> [<option of sanitized.py>...] -- <argument of the host>...)
function(_fibonacci_add_sanitized host folder topic environment)
  set(name sanitize.${host}.${topic})
  get_property(command GLOBAL PROPERTY FIBONACCI_COMMAND_${host})
  string(REPLACE ";--;" ";--;${command};" arguments ";${ARGN}")
  add_test(
    NAME ${name}
    COMMAND
      ${Python3_EXECUTABLE} ${_fibonacci_faults}/sanitized.py --folder ${folder} --topic ${topic}
      --preload ${FIBONACCI_SANITIZER_RUNTIME} ${arguments}
  )
  set_tests_properties(
    ${name}
    PROPERTIES
      ENVIRONMENT "${environment}"
      FIXTURES_REQUIRED sanitized
      SKIP_REGULAR_EXPRESSION "^SKIP: "
      COST 20
  )
endfunction()

# What lets allocations fail interposes the C library of GNU.
include(CheckCXXSourceCompiles)
check_cxx_source_compiles(
  "#include <execinfo.h>
  #include <link.h>
  #include <stddef.h>
  extern \"C\" void* __libc_malloc(size_t);
  int main() { return __libc_malloc(1) == nullptr; }"
  FIBONACCI_HAS_LIBC_MALLOC
)
if(FIBONACCI_TESTS AND FIBONACCI_HAS_LIBC_MALLOC AND NOT FIBONACCI_SANITIZE)
  add_library(fibonacci_failing_malloc SHARED ${_fibonacci_faults}/failing_malloc.cpp)
  target_compile_options(fibonacci_failing_malloc PRIVATE -Wall -Wextra -fno-exceptions)
  # Loaded first, it brings the library whose function it stands before.
  target_link_libraries(
    fibonacci_failing_malloc
    PRIVATE -Wl,--no-as-needed fibonacci::core ${CMAKE_DL_LIBS}
  )
endif()

function(fibonacci_add_fault_tests host)
  get_property(command GLOBAL PROPERTY FIBONACCI_COMMAND_${host})
  get_property(environment GLOBAL PROPERTY FIBONACCI_ENVIRONMENT_${host})
  _fibonacci_folder(folder suffix ${host})
  add_test(
    NAME random.${host}
    COMMAND
      ${Python3_EXECUTABLE} -B ${_fibonacci_faults}/at_random.py --folder ${folder} -- ${command}
      ${folder}/conform.${suffix}
  )
  set_tests_properties(random.${host} PROPERTIES ENVIRONMENT "${environment}" COST 20)
  if(NOT TARGET fibonacci_failing_malloc)
    fibonacci_skip_test(faults.${host} "allocations are made to fail in the C library of GNU only")
    return()
  endif()
  add_test(
    NAME faults.${host}
    COMMAND
      ${Python3_EXECUTABLE} ${_fibonacci_faults}/sweep.py --folder ${folder} --preload
      $<TARGET_FILE:fibonacci_failing_malloc> --inside ${PROJECT_BINARY_DIR}/ -- ${command}
      ${folder}/conform.${suffix}
  )
  set_tests_properties(faults.${host} PROPERTIES ENVIRONMENT "${environment}" COST 20)
endfunction()

# Targets that are hosts' modules, for the target fibonacci_modules.
function(fibonacci_note_modules)
  set_property(GLOBAL APPEND PROPERTY FIBONACCI_MODULE_TARGETS ${ARGN})
endfunction()

function(fibonacci_add_modules_target)
  get_property(targets GLOBAL PROPERTY FIBONACCI_MODULE_TARGETS)
  add_custom_target(fibonacci_modules)
  if(targets)
    add_dependencies(fibonacci_modules ${targets})
  endif()
endfunction()
