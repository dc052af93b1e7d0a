// Pages that stand alone: a template with its style and its scripts, and what is put into it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

// A file of a page's folder, as it was when this was built (embed_page.cmake).
struct PageFile {
  std::string_view name;
  std::string_view text;
};

// What stands for `{{name}}`.
struct PagePart {
  std::string_view name;
  std::string text;
};

// `page.html` of those files, with each `{{name}}` exchanged; what stands in a part stays as it is.
// `{{style}}` are the files `*.css`, `{{script}}` all others. CHECKs that each name has its part.
std::string filled_page(std::span<const PageFile> files, std::vector<PagePart> parts);

// JSON as it may stand in a script element.
std::string as_script_data(std::string_view json);

}  // namespace sim
