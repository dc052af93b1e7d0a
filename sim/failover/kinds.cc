// The table of the kinds, and the scenario that each of them is.
#include "sim/failover/kinds.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "charm/types/check.h"
#include "sim/mishap_lengths.h"

namespace sim::failover {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// Which of the lengths that there are this one is.
consteval std::uint32_t option_of(std::chrono::seconds length) {
  std::uint32_t option = 0;
  while (mishap_lengths.at(option) != length) ++option;
  return option;
}

constexpr std::array every_kind{
    Kind{.name = "postgresql-killed",
         .what = "SIGKILL of the primary's postmaster; its Patroni starts it again",
         .deed = R"("crash_postgresql": "primary")"},
    Kind{.name = "patroni-killed",
         .what = "SIGKILL of the primary's Patroni; Pebble starts it again after its first backoff",
         .mishap = Mishap{.kind = FaultKind::crash_patroni},
         .patience = {.seconds = 5, .loops = 2}},
    Kind{.name = "patroni-killed-again",
         .what = "the same, after Pebble's longest backoff (30 s)",
         .deed = R"("crash_patroni": "primary")"},
    Kind{.name = "patroni-killed-for-good",
         .what = "the same, and Pebble never starts it again (on-failure: ignore)",
         .deed = R"("crash_patroni": "primary", "restarts": "never")"},
    Kind{.name = "patroni-frozen",
         .what = "SIGSTOP of the primary's Patroni for 100 s; PostgreSQL goes on",
         .mishap = Mishap{.kind = FaultKind::freeze_patroni, .length = option_of(100s)}},
    Kind{.name = "pod-frozen",
         .what = "all processes of the primary's pod stand still for 100 s",
         .mishap = Mishap{.kind = FaultKind::freeze_pod, .length = option_of(100s)}},
    Kind{.name = "pod-gone",
         .what = "SIGKILL of the primary's pod, which comes back after the failover",
         .deed = R"("kill_pod": "primary", "returns": "after failover")"},
    Kind{.name = "pod-killed",
         .what = "SIGKILL of the primary's pod, which comes back at once",
         .deed = R"("kill_pod": "primary", "returns": "at once")"},
    Kind{.name = "pod-deleted",
         .what = "the primary's pod is deleted with grace",
         .deed = R"("delete_pod": "primary")"},
    Kind{.name = "node-lost",
         .what = "the primary's node is lost, and its pod does not come back",
         .deed = R"("lose_node": "primary")"},
    Kind{.name = "cut-off",
         .what = "the primary's pod reaches nobody, nor anybody it, for 100 s",
         .mishap = Mishap{.kind = FaultKind::cut_off, .length = option_of(100s)}},
    Kind{.name = "api-down",
         .what = "the API server answers nobody for 45 s",
         .mishap = Mishap{.kind = FaultKind::stop_api, .length = option_of(45s)},
         .at_least = {.seconds = 50, .loops = 2}},
    Kind{.name = "switchover",
         .what = "a planned switchover to whichever synchronous standby takes it",
         .deed = R"("switchover": "another member")"},
    Kind{.name = "unit-removed",
         .what = "the highest unit, which is the primary, is removed by a scale-down",
         .before = R"({"when": "settled", "after_s": 60, "switchover": "LAST"})",
         .deed = R"("remove_units": 1)",
         .patience = {.seconds = 300},
         .last_leads = true},
    Kind{.name = "refresh",
         .what = "juju refresh after its check; the operator looks for 60 s at the first unit",
         .before = R"({"when": "settled", "after_s": 60, "run_action": "pre-upgrade-check",
                       "unit": "juju leader"})",
         .deed = R"("refresh": "to a revision that works")",
         .later = R"({"when": "first unit refreshed", "after_s": 60,
                      "run_action": "resume-upgrade", "unit": "juju leader"})",
         .is_refresh = true},
};

// The members of a step, `"kill_pod": "primary"`, with what else it has.
json step_of(std::string_view members) { return json::parse("{" + std::string(members) + "}"); }

json list_of(std::string_view steps, const std::string& last) {
  std::string text = "[" + std::string(steps) + "]";
  constexpr std::string_view mark = "LAST";
  for (auto at = text.find(mark); at != text.npos; at = text.find(mark)) {
    text.replace(at, mark.size(), last);
  }
  return json::parse(text);
}

json synchronous_nodes(const std::string& text) {
  const bool is_number = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number || text.empty() || text.size() > 4) return text;
  return std::stoi(text);
}

bool waits_for_all(const Setting& setting) {
  const json nodes = synchronous_nodes(setting.synchronous);
  return nodes == "all" || (nodes.is_number() && nodes.get<std::uint32_t>() + 1 >= setting.units);
}

// A switchover goes to a synchronous standby alone, and which ones are is the primary's to pick:
// where the highest unit shall lead it is one as long as all are, and then the setting is set.
bool is_set_later(const Kind& kind, const Setting& setting) {
  return kind.last_leads && !waits_for_all(setting);
}

}  // namespace

charm::Duration Span::in(const Timing& timing) const {
  return std::chrono::seconds(seconds + std::uint64_t{ttls} * timing.ttl_s +
                              std::uint64_t{loops} * timing.loop_wait_s);
}

std::size_t Kind::steps_before(const Setting& setting) const {
  return list_of(before, "").size() + (is_set_later(*this, setting) ? 1 : 0);
}

std::span<const Kind> all_kinds() { return every_kind; }

const Kind* find_kind(std::string_view name) {
  const auto found = std::ranges::find(every_kind, name, &Kind::name);
  return found == every_kind.end() ? nullptr : &*found;
}

std::string scenario_text(const Kind& kind, const Setting& setting, const FaultTime& time) {
  constexpr int horizon_s = 604'800;  // no run goes so far
  const json nodes = synchronous_nodes(setting.synchronous);
  const bool is_later = is_set_later(kind, setting);
  const json world{{"units", setting.units},
                   {"config",
                    {{"synchronous_node_count", is_later ? json("all") : nodes},
                     {"synchronous_mode_strict", setting.strict}}},
                   {"synchronous_commit", setting.synchronous_commit},
                   {"client_writes_every_ms", setting.client_ms},
                   {"patroni",
                    {{"version", setting.patroni},
                     {"ttl_s", setting.timing.ttl_s},
                     {"loop_wait_s", setting.timing.loop_wait_s},
                     {"retry_timeout_s", setting.timing.retry_timeout_s}}}};
  const std::uint32_t highest = setting.units > 0 ? setting.units - 1 : 0;
  json story = list_of(kind.before, "postgresql-k8s/" + std::to_string(highest));
  if (is_later) {
    story.push_back({{"when", "settled"},
                     {"after_s", 60},
                     {"set_config", {{"synchronous_node_count", nodes}}}});
  }
  if (!kind.deed.empty()) {
    json step = step_of(kind.deed);
    step["when"] = "settled";
    const auto after_ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.after).count();
    step["after_s"] = after_ms / 1000;
    if (after_ms % 1000 != 0) step["after_ms"] = after_ms % 1000;
    story.push_back(std::move(step));
  }
  for (json& step : list_of(kind.later, "")) story.push_back(std::move(step));
  json faults{{"until_s", time.faults_end.count()}};
  if (kind.mishap) faults[std::string(to_text(kind.mishap->kind))] = 1;
  return json{{"schema_version", 1},       {"title", kind.what}, {"world", world},
              {"story", std::move(story)}, {"faults", faults},   {"horizon_s", horizon_s}}
      .dump(2);
}

}  // namespace sim::failover
