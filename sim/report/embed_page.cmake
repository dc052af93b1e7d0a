# A page's files as C++ source, for `FUNCTION`, which `HEADER` declares:
# cmake -DOUTPUT=FILE -DHEADER=H -DFUNCTION=F "-DFILES=page.html;page.css;..." -P embed_page.cmake
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
"// Generated: the files of a page.
#include \"${HEADER}\"

#include <array>

namespace sim {
namespace {

constexpr std::array<PageFile, ${count}> all_of_${FUNCTION} = {{
${items}}};

}  // namespace

std::span<const PageFile> ${FUNCTION}() { return all_of_${FUNCTION}; }

}  // namespace sim
")
