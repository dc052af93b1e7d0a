# Writes where each handler stands as C++ source:
# cmake -DOUTPUT=FILE -DTABLE=charm/postgresql_k8s.cc "-DFILES=a.cc;b.cc" -P find_hooks.cmake
cmake_minimum_required(VERSION 3.25)
get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
list(SORT FILES)

# The line of each function that is a handler by its name.
foreach(file IN LISTS FILES)
  file(RELATIVE_PATH path ${root} ${file})
  set(number 0)
  # A semicolon ends a CMake list's item, and a bracket joins some: neither matters to a count.
  file(READ ${file} text)
  string(REPLACE ";" "," text "${text}")
  string(REPLACE "[" "(" text "${text}")
  string(REPLACE "]" ")" text "${text}")
  string(REPLACE "\\" "/" text "${text}")
  string(REPLACE "\n" " ;" lines "${text}")
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    if(line MATCHES "^(charm::)?Outcome (on_[a-z_0-9]+)\\(")
      set(place_${CMAKE_MATCH_2} "\"${path}\", ${number}")
    endif()
  endforeach()
endforeach()

# The table's rows: `Handler{"name", "chart", KIND, SUBJECT, function}`.
file(READ ${TABLE} table)
string(REGEX MATCHALL "Handler{\"[^}]*}" rows "${table}")
set(names "")
set(items "")
set(count 0)
foreach(row IN LISTS rows)
  string(REGEX MATCH "^Handler{\"([^\"]+)\".*[ \n](on_[a-z_0-9]+)}$" matched "${row}")
  if(NOT matched)
    message(FATAL_ERROR "${TABLE}: no handler in: ${row}")
  endif()
  set(name ${CMAKE_MATCH_1})
  set(function ${CMAKE_MATCH_2})
  if(name IN_LIST names)
    continue()
  endif()
  if(NOT DEFINED place_${function})
    message(FATAL_ERROR "${TABLE}: ${function} is defined in none of the files")
  endif()
  list(APPEND names ${name})
  string(APPEND items "    {\"${name}\", \"${function}\", ${place_${function}}},\n")
  math(EXPR count "${count} + 1")
endforeach()
if(count EQUAL 0)
  message(FATAL_ERROR "${TABLE}: no handlers")
endif()
file(WRITE ${OUTPUT}
"// Generated from charm/postgresql_k8s.cc, charm/hooks/ and charm/actions/.
#include \"sim/report/hook_places.h\"

#include <array>

namespace sim {
namespace {

constexpr std::array<HookPlace, ${count}> places = {{
${items}}};

}  // namespace

std::span<const HookPlace> postgresql_hook_places() { return places; }

}  // namespace sim
")
