# Writes the charts as C++ source: cmake -DOUTPUT=FILE "-DFILES=a.mmd;b.mmd" -P embed.cmake
cmake_minimum_required(VERSION 3.25)
get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
list(SORT FILES)
list(LENGTH FILES count)
set(items "")
foreach(file IN LISTS FILES)
  file(READ ${file} text)
  file(RELATIVE_PATH path ${root} ${file})
  get_filename_component(name ${file} NAME_WLE)
  set(published false)
  if(file MATCHES "/published/[^/]*$")
    set(published true)
  endif()
  string(APPEND items "    {\"${name}\", ${published}, \"${path}\", R\"mmd(${text})mmd\"},\n")
endforeach()
file(WRITE ${OUTPUT}
"// Generated from charm/flowcharts/.
#include \"charm/flowcharts/charts.h\"

#include <array>

namespace charm {
namespace {

constexpr std::array<ChartText, ${count}> charts = {{
${items}}};

}  // namespace

std::span<const ChartText> postgresql_k8s_charts() { return charts; }

}  // namespace charm
")
