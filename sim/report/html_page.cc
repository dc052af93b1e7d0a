#include "sim/report/html_page.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/report/markup.h"

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

struct Part {
  std::string_view name;
  std::string text;
};

// The template with each `{{name}}` exchanged; what stands in a part stays as it is.
std::string filled(std::string_view page, const std::array<Part, 4>& parts) {
  std::string out;
  for (;;) {
    const std::size_t from = page.find("{{");
    if (from == page.npos) return out.append(page);
    const std::size_t to = page.find("}}", from);
    CHECK(to != page.npos);
    const std::string_view name = page.substr(from + 2, to - from - 2);
    const auto part = std::ranges::find(parts, name, &Part::name);
    CHECK(part != parts.end());
    out.append(page.substr(0, from)).append(part->text);
    page.remove_prefix(to + 2);
  }
}

Json actor_json(const Actor& actor) {
  return {{"unit", actor.unit.ordinal},
          {"handler", actor.handler},
          {"hook", actor.hook},
          {"call", actor.call},
          {"in_the_act", actor.in_the_act}};
}

}  // namespace

Json to_page_json(const HtmlView& view) {
  const VerdictView& verdict = view.verdict;
  Json judged = Json::parse(to_json_text(verdict));
  judged.erase("deferrals");  // they are in the record, as arcs
  Json& violations = judged["violations"];
  for (std::size_t at = 0; at < violations.size() && at < view.actors.size(); ++at) {
    if (view.actors[at]) violations[at]["acted"] = actor_json(*view.actors[at]);
  }
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
  return filled(page, {{{"title", as_markup(view.verdict.scenario.title)},
                        {"style", std::move(style)},
                        {"script", std::move(script)},
                        {"data", as_script_data(data)}}});
}

}  // namespace sim
