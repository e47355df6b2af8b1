# Installs the library for C and C++ programs: find_package(fibonacci) and pkg-config fibonacci.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS fibonacci_core EXPORT fibonacci_targets COMPONENT core)
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

# Relocatable: the prefix as seen from the .pc file, however deep the library directory lies.
file(RELATIVE_PATH FIBONACCI_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${CMAKE_CURRENT_LIST_DIR}/fibonacci.pc.in fibonacci.pc @ONLY)
install(
  FILES ${CMAKE_CURRENT_BINARY_DIR}/fibonacci.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
  COMPONENT core
)
