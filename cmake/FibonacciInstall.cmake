# Installs the library for C and C++ programs: find_package(fibonacci) and pkg-config fibonacci.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(
  TARGETS fibonacci_core
  EXPORT fibonacci_targets
  COMPONENT core
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
)
install(
  DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/fibonacci
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT core
)

set(_package ${CMAKE_INSTALL_LIBDIR}/cmake/fibonacci)
install(
  EXPORT fibonacci_targets
  NAMESPACE fibonacci::
  FILE fibonacciConfig.cmake
  DESTINATION ${_package}
  COMPONENT core
)
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/fibonacciConfigVersion.cmake
  COMPATIBILITY SameMinorVersion
)
install(
  FILES ${CMAKE_CURRENT_BINARY_DIR}/fibonacciConfigVersion.cmake
  DESTINATION ${_package}
  COMPONENT core
)

# Relocatable where the directories lie below the prefix: the prefix as seen from the .pc file, however deep that lies.
# A space in the words of a .pc file has a backslash before it.
cmake_path(IS_ABSOLUTE CMAKE_INSTALL_LIBDIR _is_fixed)
if(_is_fixed)
  set(FIBONACCI_PC_PREFIX "${CMAKE_INSTALL_PREFIX}")
else()
  file(RELATIVE_PATH _up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  set(FIBONACCI_PC_PREFIX "\${pcfiledir}/${_up}")
endif()
set(_base "\${prefix}")
cmake_path(APPEND _base "${CMAKE_INSTALL_LIBDIR}" OUTPUT_VARIABLE FIBONACCI_PC_LIBDIR)
cmake_path(APPEND _base "${CMAKE_INSTALL_INCLUDEDIR}" OUTPUT_VARIABLE FIBONACCI_PC_INCLUDEDIR)
foreach(_name IN ITEMS PREFIX LIBDIR INCLUDEDIR)
  string(REPLACE " " "\\ " FIBONACCI_PC_${_name} "${FIBONACCI_PC_${_name}}")
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/fibonacci.pc.in fibonacci.pc @ONLY)
install(
  FILES ${CMAKE_CURRENT_BINARY_DIR}/fibonacci.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
  COMPONENT core
)
