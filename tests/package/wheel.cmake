# The wheel: of a copy of the checkout, of the sdist, and repaired; used where none of these is.
if(NOT TARGET fibonacci_python)
  fibonacci_skip_test(package.wheel "this build has no module for Python")
  fibonacci_skip_test(package.sdist "this build has no module for Python")
  fibonacci_skip_test(package.manylinux "this build has no module for Python")
  return()
endif()
set(
  _wheel
  ${Python3_EXECUTABLE}
  -B
  ${CMAKE_CURRENT_LIST_DIR}/wheel.py
  ${CMAKE_CXX_COMPILER}
  $<TARGET_FILE:fibonacci_core>
)
add_test(NAME package.wheel COMMAND ${_wheel})
add_test(NAME package.sdist COMMAND ${_wheel} sdist)
add_test(NAME package.manylinux COMMAND ${_wheel} manylinux)
set_tests_properties(
  package.wheel
  package.sdist
  package.manylinux
  PROPERTIES TIMEOUT 600 PROCESSORS 2 SKIP_RETURN_CODE 77
)

# Of a build whose modules load libfibonacci.so no package for Python is installed.
if(FIBONACCI_INSTALL)
  add_test(
    NAME package.is_complete
    COMMAND
      ${CMAKE_COMMAND} --install ${CMAKE_BINARY_DIR} --component python --prefix
      ${CMAKE_CURRENT_BINARY_DIR}/incomplete
  )
  set_tests_properties(
    package.is_complete
    PROPERTIES PASS_REGULAR_EXPRESSION "-DFIBONACCI_STATIC=ON"
  )
endif()
