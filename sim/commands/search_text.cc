// Lines as those of a verdict.
#include "sim/commands/search_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/report/story_text.h"

namespace sim {
namespace {

std::string rest_text(const NoReturn& found) {
  std::string text;
  if (found.rest.first) text = "option " + std::to_string(*found.rest.first) + " here, then ";
  switch (found.rest.kind) {
    case Rest::Kind::listed: return text + "the run's own choices";
    case Rest::Kind::calm: return text + "calm";
    case Rest::Kind::random: return text + "at random, seed " + std::to_string(found.rest.seed);
    case Rest::Kind::without:
      return text + "at random without faults, seed " + std::to_string(found.rest.seed);
  }
  return text;
}

std::string said(const std::optional<Asked>& asked, const charm::AppName& app) {
  if (!asked) return "has ended";
  return "t=" + to_seconds(charm::Duration(asked->at.micros)) + ", " + to_text(*asked, app);
}

}  // namespace

std::string plural(std::uint64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::uint64_t per_second(std::uint64_t count, std::chrono::nanoseconds time) {
  const auto micros = std::max<std::int64_t>(1, time.count() / 1000);
  return count * 1'000'000 / static_cast<std::uint64_t>(micros);
}

std::string verdict_line(std::string_view name, const std::string& text) {
  std::string result(name);
  result.resize(13, ' ');
  return result + text + '\n';
}

std::string bounds_text(const Allowance& allowance) {
  std::vector<std::string> kinds{plural(allowance.deviations, "deviation"),
                                 plural(allowance.faults, "fault")};
  if (allowance.leader_changes > 0) {
    kinds.push_back(plural(allowance.leader_changes, "leader change"));
  }
  if (allowance.departures > 0) kinds.push_back(plural(allowance.departures, "departure"));
  std::string text = "at most " + kinds.front();
  for (std::size_t at = 1; at < kinds.size(); ++at) {
    text += (at + 1 < kinds.size() ? ", " : " and ") + kinds[at];
  }
  return text;
}

std::string orders_text(std::optional<std::int64_t> from_ms, std::optional<std::int64_t> until_ms) {
  std::string text = "orders of what comes at the same moment";
  if (from_ms) text += ", from " + std::to_string(*from_ms) + " ms on";
  if (until_ms) text += ", up to " + std::to_string(*until_ms) + " ms";
  return text;
}

std::string covered_text(const Exploration& found) {
  if (!found.orders) return bounds_text(found.allowance);
  return orders_text(in_ms(found.orders->from), in_ms(found.orders->until));
}

std::string_view was_text(ExplorationEnd end) {
  switch (end) {
    case ExplorationEnd::covered: return "all was covered";
    case ExplorationEnd::violated: return "something was found";
    case ExplorationEnd::memory: return "memory was used up";
    case ExplorationEnd::time: return "time was used up";
    case ExplorationEnd::interrupted: return "it was interrupted";
  }
  return {};
}

std::optional<std::int64_t> in_ms(std::optional<charm::Instant> moment) {
  if (!moment) return std::nullopt;
  return moment->micros / 1000;
}

nlohmann::ordered_json to_json(const NoReturn& found, const charm::AppName& app) {
  nlohmann::ordered_json json{
      {"branches", found.branches}, {"cut", found.is_cut}, {"questions", found.questions}};
  if (!found.choice) return json;
  json["question"] = found.question;
  json["at_us"] = found.choice->at.micros;
  json["choice"] = to_text(*found.choice, app);
  json["event"] = found.choice->events;
  json["branches_after"] = found.after;
  return json;
}

std::string tried_text(const NoReturn& found, const Console& console) {
  const std::string branches = std::to_string(found.branches) + " branches";
  if (found.is_cut) {
    return (console.is_interrupted() ? "interrupted after " : "ended after ") + branches +
           ", not searched to the end";
  }
  return "after it by none of " + std::to_string(found.after) + " branches; in all " + branches +
         " tried";
}

std::string no_return_text(const NoReturn& found, const Scenario& scenario,
                           const Deviations& failing, const Console& console) {
  const std::string tried = tried_text(found, console);
  if (!found.choice) {
    return verdict_line("no return", found.is_cut
                                         ? tried + ": not found yet"
                                         : "from the beginning: no branch came to a good end; " +
                                               std::to_string(found.branches) + " branches tried");
  }
  const Asked& choice = *found.choice;
  const std::string where = said(choice, scenario.world.app);
  std::string text =
      verdict_line("no return", found.is_cut ? tried + ": at " + where + ", or later" : where);
  const std::string then =
      event_text(scenario, console.charm, console.properties, failing, choice.events);
  if (!then.empty()) text += verdict_line("", "then         " + then);
  text +=
      verdict_line("", "question " + std::to_string(found.question + 1) + " of " +
                           std::to_string(found.questions) +
                           "; before it the good end could be reached (" + rest_text(found) + ")");
  if (found.is_cut) return text;
  return text + verdict_line("", tried);
}

nlohmann::ordered_json to_json(const RunsApart& apart, const OfRun& a, const OfRun& b,
                               const Console& console) {
  using Json = nlohmann::ordered_json;
  const auto choice = [](const std::optional<Asked>& asked, const OfRun& run) {
    if (!asked) return Json();
    return Json{{"at_us", asked->at.micros},
                {"choice", to_text(Deviations{{asked->label, asked->nth, asked->option}})},
                {"what", to_text(*asked, run.scenario.world.app)}};
  };
  const auto event = [&](const OfRun& run) {
    const std::string told =
        event_text(run.scenario, console.charm, console.properties, run.choices, apart.same_events);
    return told.empty() ? Json() : Json(told);
  };
  Json json{{"schema", "charmsim-diff/1"},        {"same", !apart.is_choice() && !apart.is_event},
            {"same_choices", apart.same_choices}, {"choice", nullptr},
            {"same_events", apart.same_events},   {"event", nullptr}};
  if (apart.is_choice()) {
    json["choice"] = {{"first", choice(apart.choice_a, a)}, {"second", choice(apart.choice_b, b)}};
  }
  if (apart.is_event) json["event"] = {{"first", event(a)}, {"second", event(b)}};
  return json;
}

std::string apart_text(const RunsApart& apart, const OfRun& a, const OfRun& b,
                       const RunNames& names, const Console& console) {
  if (!apart.is_choice() && !apart.is_event) {
    return verdict_line("diff", "the same run: " + std::to_string(apart.same_choices) +
                                    " choices, " + std::to_string(apart.same_events) + " events");
  }
  std::string text;
  if (apart.is_choice()) {
    text += verdict_line(
        "choice", "the first that differs is number " + std::to_string(apart.same_choices + 1));
    text += verdict_line(names.a, said(apart.choice_a, a.scenario.world.app));
    text += verdict_line(names.b, said(apart.choice_b, b.scenario.world.app));
  } else {
    text += verdict_line("choice", "all " + std::to_string(apart.same_choices) + " are the same");
  }
  if (!apart.is_event) {
    return text +
           verdict_line("event", "all " + std::to_string(apart.same_events) + " are the same");
  }
  const auto event = [&](const OfRun& run) {
    const std::string told =
        event_text(run.scenario, console.charm, console.properties, run.choices, apart.same_events);
    return told.empty() ? std::string("has ended") : told;
  };
  text += verdict_line("event",
                       "the first that differs is number " + std::to_string(apart.same_events + 1));
  text += verdict_line(names.a, event(a));
  return text + verdict_line(names.b, event(b));
}

}  // namespace sim
