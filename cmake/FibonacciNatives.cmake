# Programs without a host that speak the lab's bench protocol, and the tests of what they call and answer.
#
#   fibonacci_add_native(<language> TITLE <title> VERSION <version>)    for readers of the lab's figures
#   fibonacci_add_native_technique(<language> <technique> PROGRAM <file> CALLS <form> [ENVIRONMENT ...])
include(FibonacciJson)
set_property(GLOBAL PROPERTY FIBONACCI_NATIVES "[]")

function(fibonacci_add_native language)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TITLE;VERSION" "")
  cmake_path(
    RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR
    BASE_DIRECTORY ${PROJECT_SOURCE_DIR}
    OUTPUT_VARIABLE folder
  )
  _fibonacci_json_string(title "${arg_TITLE}")
  _fibonacci_json_string(version "${arg_VERSION}")
  string(
    CONFIGURE
      [[{
      "name": "@language@", "folder": "@folder@", "suffix": "",
      "title": @title@, "version": @version@,
      "command": [], "environment": {}, "techniques": []
    }]]
    object
    @ONLY
  )
  _fibonacci_append(FIBONACCI_NATIVES "${object}")
endfunction()

# Of the language that was added last. CALLS: how its loops call, a name of tests/native/calls.py.
function(fibonacci_add_native_technique language technique)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "PROGRAM;CALLS" "ENVIRONMENT")
  _fibonacci_json_environment(environment ${arg_ENVIRONMENT})
  _fibonacci_json_list(command ${arg_PROGRAM})
  get_property(natives GLOBAL PROPERTY FIBONACCI_NATIVES)
  string(JSON count LENGTH "${natives}")
  math(EXPR index "${count} - 1")
  string(JSON folder GET "${natives}" ${index} folder)
  string(JSON known LENGTH "${natives}" ${index} techniques)
  string(
    JSON natives
    SET "${natives}"
    ${index}
    techniques
    ${known}
    "{\"name\": \"${technique}\", \"program\": \"${technique}\", \"command\": ${command}, \"version\": \"\", \"folder\": \"${folder}\", \"raw\": false, \"bare\": false, \"environment\": ${environment}}"
  )
  set_property(GLOBAL PROPERTY FIBONACCI_NATIVES "${natives}")

  set(tests ${PROJECT_SOURCE_DIR}/tests/native)
  if(TARGET fibonacci_marks)
    list(APPEND arg_ENVIRONMENT FIB_MARKS=$<TARGET_FILE:fibonacci_marks>)
  endif()
  list(APPEND arg_ENVIRONMENT PYTHONPATH=${PROJECT_SOURCE_DIR})
  add_test(
    NAME lab.native.${language}.${technique}
    COMMAND ${Python3_EXECUTABLE} -B ${tests}/results.py ${arg_PROGRAM} ${technique}
  )
  set_tests_properties(
    lab.native.${language}.${technique}
    PROPERTIES ENVIRONMENT "${arg_ENVIRONMENT}" SKIP_REGULAR_EXPRESSION "^SKIP: "
  )
  set(name lab.native_calls.${language}.${technique})
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    fibonacci_skip_test(${name} "the instructions that are looked for are those of x86-64")
  elseif(FIBONACCI_SANITIZE OR NOT CMAKE_BUILD_TYPE STREQUAL Release)
    fibonacci_skip_test(${name} "only what is measured is looked at: Release without a sanitizer")
  elseif(NOT CMAKE_OBJDUMP)
    fibonacci_skip_test(
      ${name}
      "objdump is missing; on Debian and Ubuntu: apt-get install binutils"
    )
  else()
    add_test(
      NAME ${name}
      COMMAND
        ${Python3_EXECUTABLE} -B ${tests}/calls.py ${CMAKE_OBJDUMP} ${arg_CALLS} ${arg_PROGRAM}
    )
  endif()
endfunction()
