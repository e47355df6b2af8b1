# Writes JSON: lists that grow in global properties, and what stands in them.

# Appends an object to the JSON list in a global property.
function(_fibonacci_append property object)
  get_property(list GLOBAL PROPERTY ${property})
  string(JSON count LENGTH "${list}")
  string(JSON list SET "${list}" ${count} "${object}")
  set_property(GLOBAL PROPERTY ${property} "${list}")
endfunction()

# A text between quotation marks.
function(_fibonacci_json_string result text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n" text "${text}")
  set(${result} "\"${text}\"" PARENT_SCOPE)
endfunction()

function(_fibonacci_json_list result)
  set(list "[]")
  set(count 0)
  foreach(text IN LISTS ARGN)
    _fibonacci_json_string(item "${text}")
    string(JSON list SET "${list}" ${count} "${item}")
    math(EXPR count "${count} + 1")
  endforeach()
  set(${result} "${list}" PARENT_SCOPE)
endfunction()

function(_fibonacci_json_environment result)
  set(object "{}")
  foreach(pair IN LISTS ARGN)
    string(REGEX MATCH "^([^=]*)=(.*)$" _ "${pair}")
    set(name "${CMAKE_MATCH_1}")
    _fibonacci_json_string(value "${CMAKE_MATCH_2}")
    string(JSON object SET "${object}" "${name}" "${value}")
  endforeach()
  set(${result} "${object}" PARENT_SCOPE)
endfunction()
