// One line a deed: what stands behind its key. Which of them can be is the reader's to say.
#include "sim/check/story_deed.h"

#include <algorithm>
#include <functional>
#include <map>
#include <ostream>

#include "sim/check/checked_case.h"
#include "sim/scenario/read.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

// What a story has come to.
struct Sight {
  std::string app;
  std::uint16_t units = 1;
  std::uint16_t most_units = 1;
  std::vector<std::string> clients;  // that were related
  std::vector<std::string> providers;
};

Sight look_at(const StoryModel& model, std::uint16_t most_units) {
  const auto scenario = read_scenario(text_of(model.scenario), "checked.json");
  CHECK(scenario.has_value());
  Sight sight{.app = scenario->world.app.text,
              .units = scenario->world.units,
              .most_units = most_units,
              .clients = {},
              .providers = {}};
  for (const StoryStep& step : scenario->story) {
    sight.units = static_cast<std::uint16_t>(scale_after(step.deed, sight.units));
  }
  for (const Relate* relate : clients(*scenario)) sight.clients.push_back(relate->client);
  for (const RelateProvider* relate : providers(*scenario)) {
    sight.providers.push_back(relate->provider);
  }
  return sight;
}

std::uint16_t up_to(std::uint16_t most) {
  return *rc::gen::inRange<std::uint16_t>(1, static_cast<std::uint16_t>(most + 1));
}

std::string unit_of(const Sight& sight) {
  const auto ordinal = *rc::gen::inRange<std::uint16_t>(0, std::max<std::uint16_t>(1, sight.units));
  return sight.app + '/' + std::to_string(ordinal);
}

std::string target(const Sight& sight) {
  const auto role = *rc::gen::element<std::string>("", "juju leader", "primary", "replica");
  return role.empty() ? unit_of(sight) : role;
}

std::string one_of(const std::vector<std::string>& names) {
  return names.empty() ? "nobody" : *rc::gen::elementOf(names);
}

Json configuration() {
  switch (*rc::gen::inRange(0, 3)) {
    case 0: return {{"synchronous_node_count", *rc::gen::element<std::string>("all", "majority")}};
    case 1: return {{"experimental_max_connections", *rc::gen::element(100, 200, 0)}};
    default: return {{"synchronous_mode_strict", *rc::gen::arbitrary<bool>()}};
  }
}

using Make = std::function<void(Json& step, const Sight& sight)>;

const std::map<std::string, Make>& makers() {
  const auto targeted = [](const char* key) {
    return [key](Json& step, const Sight& sight) { step[key] = target(sight); };
  };
  static const std::map<std::string, Make> all{
      {"kill_pod",
       [](Json& step, const Sight& sight) {
         step["kill_pod"] = target(sight);
         if (*rc::gen::arbitrary<bool>()) step["returns"] = "after failover";
       }},
      {"delete_pod", targeted("delete_pod")},
      {"break_container",
       [](Json& step, const Sight& sight) {
         step["break_container"] = target(sight);
         step["for_s"] = *rc::gen::element(1, 30, 120);
       }},
      {"restart_container",
       [](Json& step, const Sight& sight) {
         step["restart_container"] = target(sight);
         step["container"] = *rc::gen::element<std::string>("charm", "workload");
       }},
      {"crash_postgresql", targeted("crash_postgresql")},
      {"crash_patroni", targeted("crash_patroni")},
      {"move_leadership",
       [](Json& step, const Sight& sight) {
         const bool is_named = *rc::gen::arbitrary<bool>();
         step["move_leadership"] = is_named ? unit_of(sight) : std::string("another unit");
       }},
      {"switchover", [](Json& step, const Sight&) { step["switchover"] = "another member"; }},
      {"add_units",
       [](Json& step, const Sight& sight) {
         const auto room = static_cast<std::uint16_t>(sight.most_units - sight.units);
         RC_PRE(sight.units < sight.most_units);
         step["add_units"] = up_to(room);
       }},
      {"remove_units",
       [](Json& step, const Sight& sight) {
         RC_PRE(sight.units > 1);
         step["remove_units"] = up_to(static_cast<std::uint16_t>(sight.units - 1));
       }},
      {"scale_to",
       [](Json& step, const Sight& sight) { step["scale_to"] = up_to(sight.most_units); }},
      {"set_config", [](Json& step, const Sight&) { step["set_config"] = configuration(); }},
      {"relate",
       [](Json& step, const Sight& sight) {
         step["relate"] = "client-" + std::string(1, static_cast<char>('a' + sight.clients.size()));
         step["database"] = "store";
       }},
      {"unrelate",
       [](Json& step, const Sight& sight) { step["unrelate"] = one_of(sight.clients); }},
      {"relate_provider",
       [](Json& step, const Sight& sight) {
         step["relate_provider"] =
             "provider-" + std::string(1, static_cast<char>('a' + sight.providers.size()));
       }},
      {"unrelate_provider",
       [](Json& step, const Sight& sight) { step["unrelate_provider"] = one_of(sight.providers); }},
      {"rotate_certificates",
       [](Json& step, const Sight&) {
         step["rotate_certificates"] = *rc::gen::element<std::string>("renewed", "revoked");
       }},
      {"run_action",
       [](Json& step, const Sight& sight) {
         step["run_action"] = *rc::gen::element<std::string>("get-primary", "promote-to-primary");
         step["unit"] = target(sight);
         if (step["run_action"] == "promote-to-primary") step["parameters"] = {{"scope", "unit"}};
       }},
  };
  return all;
}

}  // namespace

void StoryDeed::checkPreconditions(const StoryModel& before) const {
  StoryModel after = before;
  apply(after);
  RC_PRE(read_scenario(text_of(after.scenario), "checked.json").has_value());
}

void StoryDeed::apply(StoryModel& model) const { model.scenario["story"].push_back(step_); }

void StoryDeed::run(const StoryModel& /*before*/, Json& story) const { story.push_back(step_); }

void StoryDeed::show(std::ostream& out) const { out << step_.dump(); }

const std::vector<std::string>& known_deeds() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, make] : makers()) all.push_back(name);
    return all;
  }();
  return names;
}

rc::Gen<StoryCommand> story_deeds(const StoryModel& before, const std::vector<std::string>& deeds,
                                  std::uint16_t most_units) {
  const Sight sight = look_at(before, most_units);
  return rc::gen::exec([sight, deeds]() -> StoryCommand {
    Json step = Json::object();
    const auto when =
        *rc::gen::element<std::string>("settled", "settled", "initialised", "primary running", "");
    if (!when.empty()) step["when"] = when;
    const int after_s = *rc::gen::element(0, 1, 5, 30, 60, 120);
    if (after_s > 0) step["after_s"] = after_s;
    makers().at (*rc::gen::elementOf(deeds))(step, sight);
    return std::make_shared<const StoryDeed>(std::move(step));
  });
}

}  // namespace sim
