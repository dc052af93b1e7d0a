#include "sim/report/html_page.h"

#include <array>
#include <utility>

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

// Inside of a script element neither `</script>` nor `<!--` may stand; within JSON's strings, and
// nowhere else in JSON, there is a `<`.
std::string as_script_data(const std::string& json) {
  std::string text;
  text.reserve(json.size());
  for (const char letter : json) text.append(letter == '<' ? "\\u003c" : std::string(1, letter));
  return text;
}

std::string as_html(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += letter;
    }
  }
  return out;
}

// `{{name}}` in `text` becomes `by`, once.
void put(std::string& text, const std::string& name, const std::string& by) {
  const std::string mark = "{{" + name + "}}";
  const std::size_t at = text.find(mark);
  CHECK(at != text.npos);
  text.replace(at, mark.size(), by);
}

}  // namespace

Json to_page_json(const HtmlView& view) {
  const VerdictView& verdict = view.verdict;
  Json judged = Json::parse(to_json_text(verdict));
  judged.erase("deferrals");  // they are in the record, as arcs
  Json json{{"schema", "charmsim-page/1"},
            {"charm", view.charm.name},
            {"app", verdict.scenario.world.app.text},
            {"title", verdict.scenario.title},
            {"scenario_file", verdict.scenario_file},
            {"run", view.run_name},
            {"reproduce", verdict.reproduce},
            {"verdict", std::move(judged)}};
  if (view.no_return) {
    json["point_of_no_return"] = {{"at_us", view.no_return->at.micros},
                                  {"choice", view.no_return->choice},
                                  {"what", view.no_return->what}};
  }
  json.update(view.record.json());
  return json;
}

std::string to_html(const HtmlView& view) {
  std::string page;
  std::string style;
  std::string script;
  for (const PageFile& file : page_files()) {
    std::string& part = file.name == "page.html"      ? page
                        : file.name.ends_with(".css") ? style
                                                      : script;
    part += file.text;
  }
  const std::string data = to_page_json(view).dump(-1, ' ', false, Json::error_handler_t::replace);
  put(page, "title", as_html(view.verdict.scenario.title));
  put(page, "style", style);
  put(page, "script", script);
  put(page, "data", as_script_data(data));  // the last: it may hold such marks itself
  return page;
}

}  // namespace sim
