#include "sim/report/html_page.h"

#include <utility>

#include "sim/report/markup.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

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
                                  {"what", view.no_return->what},
                                  {"or_later", view.no_return->or_later},
                                  {"tried", view.no_return->tried}};
  }
  json.update(view.record.json());
  return json;
}

std::string to_html(const HtmlView& view) {
  const std::string data = to_page_json(view).dump(-1, ' ', false, Json::error_handler_t::replace);
  return filled_page(page_files(), {{"title", as_markup(view.verdict.scenario.title)},
                                    {"data", as_script_data(data)}});
}

}  // namespace sim
