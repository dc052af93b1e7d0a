#include "sim/report/page_template.h"

#include <algorithm>
#include <utility>

#include "charm/types/check.h"

namespace sim {

// Inside of a script element neither `</script>` nor `<!--` may stand; within JSON's strings, and
// nowhere else in JSON, there is a `<`.
std::string as_script_data(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char letter : json) text.append(letter == '<' ? "\\u003c" : std::string(1, letter));
  return text;
}

std::string filled_page(std::span<const PageFile> files, std::vector<PagePart> parts) {
  std::string whole;
  std::string style;
  std::string script;
  for (const PageFile& file : files) {
    std::string& part = file.name == "page.html"      ? whole
                        : file.name.ends_with(".css") ? style
                                                      : script;
    part += file.text;
  }
  parts.push_back({"style", std::move(style)});
  parts.push_back({"script", std::move(script)});
  std::string out;
  std::string_view page = whole;
  for (;;) {
    const std::size_t from = page.find("{{");
    if (from == page.npos) return out.append(page);
    const std::size_t to = page.find("}}", from);
    CHECK(to != page.npos);
    const auto part =
        std::ranges::find(parts, page.substr(from + 2, to - from - 2), &PagePart::name);
    CHECK(part != parts.end());
    out.append(page.substr(0, from)).append(part->text);
    page.remove_prefix(to + 2);
  }
}

}  // namespace sim
