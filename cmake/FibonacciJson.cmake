# Writes JSON: lists that grow in global properties, and what stands in them.

# Appends an object to the JSON list in a global property.
function(_fibonacci_append property object)
  get_property(list GLOBAL PROPERTY ${property})
  string(JSON count LENGTH "${list}")
  string(JSON list SET "${list}" ${count} "${object}")
  set_property(GLOBAL PROPERTY ${property} "${list}")
endfunction()

function(_fibonacci_json_list result)
  list(TRANSFORM ARGN REPLACE "(.+)" "\"\\1\"")
  list(JOIN ARGN ", " joined)
  set(${result} "[${joined}]" PARENT_SCOPE)
endfunction()

function(_fibonacci_json_environment result)
  set(object "{}")
  foreach(pair IN LISTS ARGN)
    string(REGEX MATCH "^([^=]*)=(.*)$" _ "${pair}")
    string(JSON object SET "${object}" "${CMAKE_MATCH_1}" "\"${CMAKE_MATCH_2}\"")
  endforeach()
  set(${result} "${object}" PARENT_SCOPE)
endfunction()
