# The CMake package of the installed library: the target fibonacci::core. C++ is compiled as C++17; a project in C alone
# needs no C++ compiler.
include("${CMAKE_CURRENT_LIST_DIR}/fibonacciTargets.cmake")
get_property(_fibonacci_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
if("CXX" IN_LIST _fibonacci_languages)
  set_property(TARGET fibonacci::core PROPERTY INTERFACE_COMPILE_FEATURES cxx_std_17)
endif()
unset(_fibonacci_languages)
