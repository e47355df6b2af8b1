# The test example.story: every host that was built tells the same story, examples/<host>/story.<suffix>.
if(FIBONACCI_BINDINGS)
  add_test(
    NAME example.story
    COMMAND
      ${Python3_EXECUTABLE} -B ${PROJECT_SOURCE_DIR}/tests/stories.py
      ${PROJECT_BINARY_DIR}/hosts.json
  )
  set_tests_properties(example.story PROPERTIES SKIP_RETURN_CODE 77)
endif()
