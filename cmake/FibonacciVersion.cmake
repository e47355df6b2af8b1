# Reads the version and the ABI version from version.h, the only place that says them.
set(_header "${CMAKE_CURRENT_LIST_DIR}/../core/include/fibonacci/version.h")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_header}")
file(STRINGS "${_header}" _lines REGEX "^#define FIB_")
string(REGEX MATCH "FIB_VERSION_STRING \"([0-9.]+)\"" _ "${_lines}")
set(FIBONACCI_VERSION "${CMAKE_MATCH_1}")
string(REGEX MATCH "FIB_ABI_VERSION ([0-9]+)" _ "${_lines}")
set(FIBONACCI_ABI_VERSION "${CMAKE_MATCH_1}")
