# The page's files as C++ source: cmake -DOUTPUT=FILE "-DFILES=page.html;page.css;..." -P embed_page.cmake
cmake_minimum_required(VERSION 3.25)
list(SORT FILES)
list(LENGTH FILES count)
set(items "")
foreach(file IN LISTS FILES)
  file(READ ${file} text)
  get_filename_component(name ${file} NAME)
  string(APPEND items "    PageFile{\"${name}\", R\"page(${text})page\"},\n")
endforeach()
file(WRITE ${OUTPUT}
"// Generated from sim/report/page/.
#include \"sim/report/html_page.h\"

#include <array>

namespace sim {
namespace {

constexpr std::array<PageFile, ${count}> files = {{
${items}}};

}  // namespace

std::span<const PageFile> page_files() { return files; }

}  // namespace sim
")
