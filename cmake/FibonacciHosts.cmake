# Builds one SWIG module a host and a library from the folders in bindings/, and registers each host's cases.
#
#   fibonacci_add_module(<module> INTERFACE <file.i> LIBRARY <target> INCLUDE <dir>)   a library to be bound
#   fibonacci_add_all_hosts()                                  every bindings/<host>/CMakeLists.txt, which calls one of
#   fibonacci_add_host(<host> ...)                             build it
#   fibonacci_skip_host(<host> <reason>)                       say why not; an error if it was asked for
#   fibonacci_add_technique(<host> <technique> ...)            another way to the same library, for the same cases
#   fibonacci_add_stock_swig(<host> <technique> ...)           SWIG's own library in place of the host's files
#   fibonacci_skip_technique(<host> <technique> <reason>)      say why there is none
#   fibonacci_write_hosts_json()                               tells ./kit what was built and how to run it
include(CheckCXXSourceCompiles)
include(CheckLinkerFlag)
include(FibonacciJson)
include(FibonacciFaults)
set(FIBONACCI_SWIG_VERSION 4.5.1)
find_program(
  SWIG_EXECUTABLE
  swig
  HINTS ${PROJECT_SOURCE_DIR}/.venv/bin
  DOC "SWIG ${FIBONACCI_SWIG_VERSION}, the version that the bindings are tested with"
)
find_package(SWIG)
if(NOT SWIG_VERSION VERSION_EQUAL FIBONACCI_SWIG_VERSION)
  message(
    FATAL_ERROR
    "The bindings are tested with SWIG ${FIBONACCI_SWIG_VERSION} and lean on its internals; found "
    "'${SWIG_VERSION}' (${SWIG_EXECUTABLE}). ./kit brings the right one, as does "
    "pip install swig==${FIBONACCI_SWIG_VERSION} with -DSWIG_EXECUTABLE=<its swig>."
  )
endif()
include(UseSWIG)
set(UseSWIG_TARGET_NAME_PREFERENCE STANDARD)
set(SWIG_USE_SWIG_DEPENDENCIES ON)

check_cxx_source_compiles(
  "#include <stdint.h>
  #include <type_traits>
  static_assert(std::is_same<uint64_t, unsigned long>::value, \"\");
  int main() {}"
  FIBONACCI_UINT64_IS_LONG
)

# A module that carries its library calls what it carries, whatever else is in the process.
check_linker_flag(CXX LINKER:-Bsymbolic FIBONACCI_HAS_BSYMBOLIC)

set_property(GLOBAL PROPERTY FIBONACCI_HOSTS "[]")
set_property(GLOBAL PROPERTY FIBONACCI_SKIPPED "[]")

function(fibonacci_add_module module)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "INTERFACE;LIBRARY;INCLUDE" "")
  cmake_path(ABSOLUTE_PATH arg_INTERFACE)
  cmake_path(ABSOLUTE_PATH arg_INCLUDE)
  set_property(GLOBAL APPEND PROPERTY FIBONACCI_MODULES ${module})
  foreach(field IN ITEMS INTERFACE LIBRARY INCLUDE)
    set_property(GLOBAL PROPERTY FIBONACCI_MODULE_${module}_${field} ${arg_${field}})
  endforeach()
endfunction()

function(fibonacci_add_all_hosts)
  file(GLOB folders CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bindings/*/CMakeLists.txt)
  foreach(file IN LISTS folders)
    cmake_path(GET file PARENT_PATH folder)
    cmake_path(GET folder FILENAME host)
    string(TOUPPER ${host} HOST)
    set(
      FIBONACCI_HOST_${HOST}
      ${FIBONACCI_HOSTS_DEFAULT}
      CACHE STRING
      "Build for ${host}: AUTO, ON or OFF"
    )
    set_property(CACHE FIBONACCI_HOST_${HOST} PROPERTY STRINGS AUTO ON OFF)
    if(FIBONACCI_HOST_${HOST} STREQUAL OFF)
      fibonacci_skip_host(${host} "FIBONACCI_HOST_${HOST} is OFF")
    else()
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()

function(fibonacci_skip_host host reason)
  string(TOUPPER ${host} HOST)
  if(FIBONACCI_HOST_${HOST} STREQUAL ON)
    message(FATAL_ERROR "${host} was asked for, but cannot be built: ${reason}")
  endif()
  message(STATUS "Skipping ${host}: ${reason}")
  _fibonacci_add_skipped(${host} "${reason}")
endfunction()

# NAME is the folder's, or that of a variant which the same folder serves. In COMMAND and ENVIRONMENT, <directory> is
# where the modules lie; in FILE, <module> is the name of the library that is bound.
function(fibonacci_add_host host)
  cmake_parse_arguments(
    PARSE_ARGV 1
    arg
    ""
    "TITLE;VERSION;LANGUAGE;FILE"
    "OPTIONS;INCLUDE;LINK;COPY;COMMAND;ENVIRONMENT"
  )
  set_property(GLOBAL PROPERTY FIBONACCI_FOLDER_${host} ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(GLOBAL PROPERTY FIBONACCI_PATTERN_${host} ${arg_ENVIRONMENT})
  set(directory ${PROJECT_BINARY_DIR}/hosts/${host})
  string(REPLACE "<directory>" "${directory}" arg_ENVIRONMENT "${arg_ENVIRONMENT}")
  get_property(modules GLOBAL PROPERTY FIBONACCI_MODULES)
  foreach(module IN LISTS modules)
    _fibonacci_add_swig_module(
      ${module}
      ${host}
      LANGUAGE ${arg_LANGUAGE}
      FILE ${arg_FILE}
      DIRECTORY ${directory}
      OPTIONS ${arg_OPTIONS}
      INCLUDE ${arg_INCLUDE}
      LINK ${arg_LINK}
      COPY ${arg_COPY}
    )
  endforeach()
  message(STATUS "Building for ${arg_TITLE} ${arg_VERSION}")

  _fibonacci_json_list(command ${arg_COMMAND})
  _fibonacci_json_environment(environment ${arg_ENVIRONMENT})
  _fibonacci_json_string(title "${arg_TITLE}")
  _fibonacci_json_string(version "${arg_VERSION}")
  _fibonacci_folder(folder suffix ${host})
  cmake_path(GET folder FILENAME folder_name)
  string(
    CONFIGURE
      [[{
      "name": "@host@", "folder": "@folder_name@", "suffix": "@suffix@",
      "title": @title@, "version": @version@,
      "command": @command@, "environment": @environment@,
      "techniques": [
        {"name": "swig", "version": "SWIG @SWIG_VERSION@", "folder": "bindings/@folder_name@", "environment": {}}
      ]
    }]]
    object
    @ONLY
  )
  _fibonacci_append(FIBONACCI_HOSTS "${object}")
  set_property(GLOBAL PROPERTY FIBONACCI_COMMAND_${host} ${arg_COMMAND})
  set_property(GLOBAL PROPERTY FIBONACCI_ENVIRONMENT_${host} ${arg_ENVIRONMENT})
  if(FIBONACCI_TESTS)
    fibonacci_add_sanitized_tests(${host})
  endif()
  if(FIBONACCI_TESTS AND NOT FIBONACCI_SANITIZE)
    _fibonacci_add_cases(host.${host} HOST ${host})
    _fibonacci_add_leaks(${host})
    add_test(NAME second.${host} COMMAND ${arg_COMMAND} ${folder}/conform_second.${suffix})
    set_tests_properties(second.${host} PROPERTIES ENVIRONMENT "${arg_ENVIRONMENT}")
    _fibonacci_add_names(${host})
    _fibonacci_add_gate(${host})
    fibonacci_add_fault_tests(${host})
    file(GLOB own_tests CONFIGURE_DEPENDS ${folder}/tests/*.${suffix})
    foreach(file IN LISTS own_tests)
      cmake_path(GET file STEM topic)
      add_test(NAME own.${host}.${topic} COMMAND ${arg_COMMAND} ${file})
      set_tests_properties(
        own.${host}.${topic}
        PROPERTIES ENVIRONMENT "${arg_ENVIRONMENT}" SKIP_REGULAR_EXPRESSION "^SKIP: "
      )
      if(topic STREQUAL techniques) # it reads there which techniques are built, and needs them all
        set_tests_properties(
          own.${host}.${topic}
          PROPERTIES REQUIRED_FILES ${PROJECT_BINARY_DIR}/hosts.json
        )
      endif()
    endforeach()
  endif()
  if(FIBONACCI_STATIC)
    return() # the other techniques are for the lab, and load libfibonacci.so
  endif()
  file(GLOB techniques CONFIGURE_DEPENDS ${folder}/techniques/*/CMakeLists.txt)
  foreach(technique IN LISTS techniques)
    cmake_path(GET technique PARENT_PATH technique_folder)
    cmake_path(GET technique_folder FILENAME technique_name)
    if(NOT FIBONACCI_TECHNIQUES STREQUAL all AND NOT technique_name IN_LIST FIBONACCI_TECHNIQUES)
      fibonacci_skip_technique(${host} ${technique_name} "FIBONACCI_TECHNIQUES leaves it out")
      continue()
    endif()
    add_subdirectory(${technique_folder} ${host}_${technique_name})
    get_property(
      targets
      DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${host}_${technique_name}
      PROPERTY BUILDSYSTEM_TARGETS
    )
    fibonacci_note_modules(${targets})
  endforeach()
endfunction()

# Another route to the library, for bindings/<host>/techniques/<folder>/CMakeLists.txt. PROGRAM is what bench and
# conform call it: `conform.<suffix> <program> CASES`. RAW: it calls the C ABI with nothing compiled for the host.
# BARE: its module also has `bare`, the C functions with nothing around them that would check.
# VERSION: of what it is made with, for readers of the lab's figures. What it cannot do stands in technique.toml beside
# the CMakeLists.txt, with the reasons (tests/run_cases.py), or in technique.<host>.toml where the variants of a host
# differ; MAY_SKIP: so are functions that the library behind it lacks.
function(fibonacci_add_technique host technique)
  cmake_parse_arguments(PARSE_ARGV 2 arg "MAY_SKIP;RAW;BARE" "PROGRAM;VERSION" "ENVIRONMENT")
  foreach(flag IN ITEMS RAW BARE)
    string(TOLOWER ${flag} variable)
    set(${variable} false)
    if(arg_${flag})
      set(${variable} true)
    endif()
  endforeach()
  set(options "")
  set(partial false)
  if(arg_MAY_SKIP)
    set(options --may-skip)
    set(partial true)
  endif()
  foreach(lacks IN ITEMS technique.${host}.toml technique.toml)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${lacks})
      list(APPEND options --lacks ${CMAKE_CURRENT_SOURCE_DIR}/${lacks})
      break()
    endif()
  endforeach()
  cmake_path(
    RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR
    BASE_DIRECTORY ${PROJECT_SOURCE_DIR}
    OUTPUT_VARIABLE technique_folder
  )
  get_property(hosts GLOBAL PROPERTY FIBONACCI_HOSTS)
  string(JSON count LENGTH "${hosts}")
  math(EXPR index "${count} - 1") # techniques follow their host
  _fibonacci_json_environment(environment ${arg_ENVIRONMENT})
  _fibonacci_json_string(version "${arg_VERSION}")
  string(JSON known LENGTH "${hosts}" ${index} techniques)
  string(
    JSON hosts
    SET "${hosts}"
    ${index}
    techniques
    ${known}
    "{\"name\": \"${technique}\", \"program\": \"${arg_PROGRAM}\", \"version\": ${version}, \"folder\": \"${technique_folder}\", \"raw\": ${raw}, \"bare\": ${bare}, \"partial\": ${partial}, \"environment\": ${environment}}"
  )
  set_property(GLOBAL PROPERTY FIBONACCI_HOSTS "${hosts}")
  if(FIBONACCI_TESTS AND NOT FIBONACCI_SANITIZE)
    _fibonacci_add_cases(
      technique.${host}.${technique}
      HOST ${host}
      PROGRAM ${arg_PROGRAM}
      OPTIONS ${options}
      ENVIRONMENT ${arg_ENVIRONMENT}
    )
  endif()
  if(FIBONACCI_TESTS)
    fibonacci_add_sanitized_technique(${host} ${technique} "${arg_PROGRAM}" ${arg_ENVIRONMENT})
  endif()
endfunction()

# The interface as stock SWIG binds it: FOLDER (by default the current one) holds host.swg and std_values.swg in place of
# bindings/<host>/. SEARCH names the variable of the environment by which the host finds the module; <directory> in
# PATTERN is where it lies.
function(fibonacci_add_stock_swig host technique)
  cmake_parse_arguments(
    PARSE_ARGV 2
    arg
    ""
    "LANGUAGE;PREFIX;SUFFIX;SEARCH;PATTERN;FOLDER"
    "OPTIONS;INCLUDE"
  )
  set(folder ${CMAKE_CURRENT_SOURCE_DIR})
  if(arg_FOLDER)
    cmake_path(ABSOLUTE_PATH arg_FOLDER NORMALIZE OUTPUT_VARIABLE folder)
  endif()
  set(module fibonacci_${technique})
  set(target ${module}_${host})
  set(directory ${PROJECT_BINARY_DIR}/techniques/${host}/${technique})
  get_property(interface GLOBAL PROPERTY FIBONACCI_MODULE_fibonacci_INTERFACE)
  get_property(include GLOBAL PROPERTY FIBONACCI_MODULE_fibonacci_INCLUDE)
  set_source_files_properties(${interface} PROPERTIES CPLUSPLUS ON SWIG_MODULE_NAME ${module})
  swig_add_library(
    ${target}
    LANGUAGE ${arg_LANGUAGE}
    TYPE MODULE
    OUTPUT_DIR ${directory}
    OUTFILE_DIR ${CMAKE_CURRENT_BINARY_DIR}
    SOURCES ${interface}
  )
  set_target_properties(
    ${target}
    PROPERTIES
      PREFIX "${arg_PREFIX}"
      OUTPUT_NAME ${module}
      SUFFIX ${arg_SUFFIX}
      LIBRARY_OUTPUT_DIRECTORY ${directory}
      SWIG_COMPILE_OPTIONS "-Wall;-Werror;${arg_OPTIONS}"
      SWIG_COMPILE_DEFINITIONS "$<$<BOOL:${FIBONACCI_UINT64_IS_LONG}>:SWIGWORDSIZE64>"
      SWIG_INCLUDE_DIRECTORIES "${folder};${PROJECT_SOURCE_DIR}/bindings/_default;${include}"
  )
  target_compile_definitions(${target} PRIVATE SWIG_TYPE_TABLE=${module})
  target_compile_options(${target} PRIVATE -fno-strict-aliasing -fno-plt)
  target_include_directories(${target} SYSTEM PRIVATE ${arg_INCLUDE})
  target_link_libraries(${target} PRIVATE fibonacci::core)
  target_link_options(${target} PRIVATE $<$<PLATFORM_ID:Darwin>:LINKER:-undefined,dynamic_lookup>)
  string(REPLACE "<directory>" "${directory}" pattern "${arg_PATTERN}")
  fibonacci_add_technique(
    ${host}
    ${technique}
    PROGRAM ${technique}
    VERSION "SWIG ${SWIG_VERSION}"
    ENVIRONMENT ${arg_SEARCH}=${pattern}
  )
endfunction()

function(fibonacci_skip_technique host technique reason)
  message(STATUS "Skipping ${host}/${technique}: ${reason}")
  _fibonacci_add_skipped(${host}/${technique} "${reason}")
endfunction()

function(fibonacci_write_hosts_json)
  get_property(hosts GLOBAL PROPERTY FIBONACCI_HOSTS)
  get_property(skipped GLOBAL PROPERTY FIBONACCI_SKIPPED)
  get_property(rust_library GLOBAL PROPERTY FIBONACCI_RUST_LIBRARY)
  get_property(rust_version GLOBAL PROPERTY FIBONACCI_RUST_VERSION)
  get_property(rust_missing GLOBAL PROPERTY FIBONACCI_RUST_MISSING)
  set(libraries "{}")
  _fibonacci_json_string(library "$<TARGET_FILE:fibonacci_core>")
  string(JSON libraries SET "${libraries}" cpp "${library}")
  set(compilers "{}")
  get_property(natives GLOBAL PROPERTY FIBONACCI_NATIVES)
  if(NOT natives)
    set(natives "[]")
  endif()
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  string(
    STRIP "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_CXX_FLAGS_${type}}"
    compiler
  )
  _fibonacci_json_string(compiler "${compiler}")
  string(JSON compilers SET "${compilers}" cpp "${compiler}")
  if(rust_library)
    _fibonacci_json_string(library "${rust_library}")
    _fibonacci_json_string(compiler "${rust_version}")
    string(JSON libraries SET "${libraries}" rust "${library}")
    string(JSON compilers SET "${compilers}" rust "${compiler}")
  endif()
  if(rust_missing)
    _fibonacci_add_skipped(rust "${rust_missing}")
    get_property(skipped GLOBAL PROPERTY FIBONACCI_SKIPPED)
  endif()
  set(json "{}")
  foreach(
    field
    IN
    ITEMS hosts skipped libraries compilers natives
  )
    string(JSON json SET "${json}" ${field} "${${field}}")
  endforeach()
  string(JSON json SET "${json}" swig "\"${SWIG_VERSION}\"")
  if(TARGET fibonacci_marks)
    string(JSON json SET "${json}" marks "\"$<TARGET_FILE:fibonacci_marks>\"")
  endif()
  if(TARGET fibonacci_failing_malloc)
    _fibonacci_json_string(failing_malloc "$<TARGET_FILE:fibonacci_failing_malloc>")
    string(JSON json SET "${json}" failing_malloc "${failing_malloc}")
  endif()
  if(FIBONACCI_SANITIZER_RUNTIME)
    _fibonacci_json_string(preload "${FIBONACCI_SANITIZER_RUNTIME}")
    string(JSON json SET "${json}" preload "${preload}")
  endif()
  file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/hosts.json CONTENT "${json}\n")
endfunction()

# ---- what the functions above share

# What is in hosts.json about a host or a technique that was not built.
function(_fibonacci_add_skipped name reason)
  _fibonacci_json_string(reason "${reason}")
  _fibonacci_append(FIBONACCI_SKIPPED "{\"name\": \"${name}\", \"reason\": ${reason}}")
endfunction()

# The module of one library, for fibonacci_add_host(), which says what the words are. DIRECTORY: where it lies.
function(_fibonacci_add_swig_module module host)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "LANGUAGE;FILE;DIRECTORY" "OPTIONS;INCLUDE;LINK;COPY")
  get_property(interface GLOBAL PROPERTY FIBONACCI_MODULE_${module}_INTERFACE)
  get_property(library GLOBAL PROPERTY FIBONACCI_MODULE_${module}_LIBRARY)
  get_property(include GLOBAL PROPERTY FIBONACCI_MODULE_${module}_INCLUDE)
  set(target ${module}_${host})
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${target})
  string(REPLACE "<module>" "${module}" file "${arg_FILE}")
  cmake_path(GET file PARENT_PATH subdirectory)
  cmake_path(GET file STEM name)
  cmake_path(GET file EXTENSION suffix)
  string(REGEX REPLACE "^_" "" output_name "${name}")
  string(REPLACE "${output_name}" "" prefix "${name}")

  # SWIG tells what it has read; a hook that is new in the folder is not among that.
  file(GLOB hooks CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.swg)
  set_source_files_properties(${interface} PROPERTIES CPLUSPLUS ON)
  swig_add_library(
    ${target}
    LANGUAGE ${arg_LANGUAGE}
    TYPE MODULE
    OUTPUT_DIR ${generated}
    OUTFILE_DIR ${generated}
    SOURCES ${interface}
  )
  fibonacci_note_modules(${target})
  set_target_properties(
    ${target}
    PROPERTIES
      PREFIX "${prefix}"
      OUTPUT_NAME "${output_name}"
      SUFFIX "${suffix}"
      LIBRARY_OUTPUT_DIRECTORY ${arg_DIRECTORY}/${subdirectory}
      SWIG_COMPILE_OPTIONS "-Wall;-Werror;${arg_OPTIONS}"
      SWIG_COMPILE_DEFINITIONS "$<$<BOOL:${FIBONACCI_UINT64_IS_LONG}>:SWIGWORDSIZE64>"
      SWIG_DEPENDS "${hooks}"
      SWIG_INCLUDE_DIRECTORIES
        "${CMAKE_CURRENT_SOURCE_DIR};${PROJECT_SOURCE_DIR}/bindings/_default;${include}"
  )
  target_compile_definitions(${target} PRIVATE SWIG_TYPE_TABLE=${module})
  target_compile_options(${target} PRIVATE -fno-strict-aliasing -fno-plt)
  target_include_directories(
    ${target}
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/bindings/_default
  )
  target_include_directories(${target} SYSTEM PRIVATE ${arg_INCLUDE})
  target_link_libraries(${target} PRIVATE ${library} ${arg_LINK})
  if(FIBONACCI_STATIC AND FIBONACCI_HAS_BSYMBOLIC)
    target_link_options(${target} PRIVATE LINKER:-Bsymbolic)
  endif()
  foreach(copied IN LISTS arg_COPY)
    cmake_path(GET copied FILENAME copied_name)
    configure_file(${copied} ${arg_DIRECTORY}/${subdirectory}/${copied_name} COPYONLY)
  endforeach()
endfunction()

# One test a case file; what the host lacks, by its host.toml, is registered as skipped with the reason.
# OPTIONS are those of tests/run_cases.py; without a PROGRAM it is the host's own module that conform calls.
function(_fibonacci_add_cases prefix)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "HOST;PROGRAM" "OPTIONS;ENVIRONMENT")
  get_property(command GLOBAL PROPERTY FIBONACCI_COMMAND_${arg_HOST})
  get_property(environment GLOBAL PROPERTY FIBONACCI_ENVIRONMENT_${arg_HOST})
  list(APPEND environment ${arg_ENVIRONMENT})
  _fibonacci_folder(folder suffix ${arg_HOST})
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/cases/*.tsv)
  foreach(file IN LISTS files)
    cmake_path(GET file STEM topic)
    _fibonacci_lacks(reason ${topic} ${folder})
    if(reason)
      fibonacci_skip_test(${prefix}.${topic} "${reason}")
      continue()
    endif()
    add_test(
      NAME ${prefix}.${topic}
      COMMAND
        ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/run_cases.py ${file} ${arg_OPTIONS} --
        ${command} ${folder}/conform.${suffix} ${arg_PROGRAM}
    )
    set_tests_properties(${prefix}.${topic} PROPERTIES ENVIRONMENT "${environment}")
  endforeach()
endfunction()

# Every name that the modules show, against the interfaces and the table [names] of host.toml.
function(_fibonacci_add_names host)
  get_property(command GLOBAL PROPERTY FIBONACCI_COMMAND_${host})
  get_property(environment GLOBAL PROPERTY FIBONACCI_ENVIRONMENT_${host})
  _fibonacci_folder(folder suffix ${host})
  get_property(modules GLOBAL PROPERTY FIBONACCI_MODULES)
  set(libraries "")
  foreach(module IN LISTS modules)
    get_property(interface GLOBAL PROPERTY FIBONACCI_MODULE_${module}_INTERFACE)
    get_property(include GLOBAL PROPERTY FIBONACCI_MODULE_${module}_INCLUDE)
    list(APPEND libraries ${module} ${interface} ${include})
  endforeach()
  add_test(
    NAME names.${host}
    COMMAND
      ${Python3_EXECUTABLE} -B ${PROJECT_SOURCE_DIR}/tests/names/names.py ${folder}/host.toml
      ${host} ${SWIG_EXECUTABLE} ${libraries} -- ${command} ${folder}/names.${suffix}
  )
  set_tests_properties(names.${host} PROPERTIES ENVIRONMENT "${environment}")
endfunction()

# The goal lines in host.toml: instructions a call against other techniques.
function(_fibonacci_add_gate host)
  _fibonacci_folder(folder suffix ${host})
  cmake_path(GET folder FILENAME folder_name)
  file(STRINGS ${folder}/host.toml goals REGEX "^\\[goals")
  if(NOT goals OR NOT host STREQUAL folder_name)
    return()
  endif()
  if(TARGET fibonacci_marks AND EXISTS ${PROJECT_SOURCE_DIR}/.venv/stamp)
    add_test(
      NAME gate.${host}
      COMMAND
        ${PROJECT_SOURCE_DIR}/.venv/bin/python -m ffikit bench instructions --built --hosts ${host}
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    )
    set_tests_properties(
      gate.${host}
      PROPERTIES COST 100 REQUIRED_FILES ${PROJECT_BINARY_DIR}/hosts.json
    )
  else()
    fibonacci_skip_test(gate.${host} "counting needs valgrind and what ./kit puts into .venv")
  endif()
endfunction()

# All cases that the host can run, again and again.
function(_fibonacci_add_leaks host)
  get_property(command GLOBAL PROPERTY FIBONACCI_COMMAND_${host})
  get_property(environment GLOBAL PROPERTY FIBONACCI_ENVIRONMENT_${host})
  _fibonacci_folder(folder suffix ${host})
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/cases/*.tsv)
  foreach(file IN LISTS files)
    cmake_path(GET file STEM topic)
    _fibonacci_lacks(reason ${topic} ${folder})
    if(reason)
      list(REMOVE_ITEM files ${file})
    endif()
  endforeach()
  add_test(
    NAME leaks.${host}
    COMMAND
      ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/leaks.py ${files} -- ${command}
      ${folder}/conform.${suffix}
  )
  set_tests_properties(leaks.${host} PROPERTIES ENVIRONMENT "${environment}" COST 60)
endfunction()

# The reason why host.toml says that the host lacks the feature of an optional case file; empty if it does not.
function(_fibonacci_lacks result topic folder)
  set(${result} "" PARENT_SCOPE)
  if(topic MATCHES "^optional_(.*)$")
    file(STRINGS ${folder}/host.toml line REGEX "^${CMAKE_MATCH_1} = ")
    if(line MATCHES "\"(.*)\"")
      set(${result} "${CMAKE_MATCH_1}" PARENT_SCOPE)
    endif()
  endif()
endfunction()

# Where the host's folder lies and the suffix of its programs.
function(_fibonacci_folder folder_result suffix_result host)
  get_property(folder GLOBAL PROPERTY FIBONACCI_FOLDER_${host})
  file(STRINGS ${folder}/host.toml line REGEX "^suffix = ")
  string(REGEX MATCH "\"(.*)\"" _ "${line}")
  set(${suffix_result} "${CMAKE_MATCH_1}" PARENT_SCOPE)
  set(${folder_result} ${folder} PARENT_SCOPE)
endfunction()
