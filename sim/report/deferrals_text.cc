// The deferrals of a run in words, and as JSON.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/report/deferrals.h"
#include "sim/report/story_text.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

charm::Duration wait(const Deferral& deferral, charm::Instant now) {
  return (deferral.end ? deferral.end->at : now) - deferral.since;
}

std::string times(std::uint32_t count) {
  return count == 1 ? std::string("once") : std::to_string(count) + " times";
}

std::string line(const Deferral& deferral, const charm::AppName& app,
                 const charm::CharmDefinition& charm, charm::Instant now) {
  std::string text = to_seconds(deferral.since) + "  " + to_text(app, deferral.unit) + "  ";
  text.append(deferral.handler->name);
  if (charm.is_with_others(deferral.event)) {
    text += " (relation " + std::to_string(deferral.event.relation.number) + ")";
  } else if (deferral.event.remote_unit) {
    text += " (" + to_text(app, *deferral.event.remote_unit) + ")";
  }
  text += ": deferred " + times(deferral.times);
  text.append(", ").append(deferral.reason);
  if (!deferral.node.empty()) text.append("  [").append(deferral.node).append("]");
  if (deferral.merged > 0) text += ", stood for " + std::to_string(deferral.merged) + " more";
  const std::string waited = to_seconds(wait(deferral, now));
  if (!deferral.end) return text + "; queued still, after " + waited + '\n';
  return text + "; ran with " + hook_name(charm, deferral.end->hook) + " after " + waited + '\n';
}

charm::Duration longest_wait(const std::vector<Deferral>& deferrals, charm::Instant now) {
  charm::Duration longest{0};
  for (const Deferral& deferral : deferrals) longest = std::max(longest, wait(deferral, now));
  return longest;
}

}  // namespace

std::string DeferralReport::summary(charm::Instant now) const {
  const std::vector<Deferral> all = deferrals();
  if (all.empty()) return "none";
  std::size_t longest_queue = 0;
  for (const auto& [unit, longest] : longest_queues_) {
    longest_queue = std::max(longest_queue, longest);
  }
  return std::to_string(all.size()) + ", longest queue " + std::to_string(longest_queue) +
         ", longest wait " + to_seconds(longest_wait(all, now));
}

std::string DeferralReport::text(charm::Instant now) const {
  std::string text;
  for (const Deferral& deferral : deferrals()) text += line(deferral, app_, charm_, now);
  for (const auto& [unit, longest] : longest_queues_) {
    text += "longest queue of " + to_text(app_, unit) + ": " + std::to_string(longest) + '\n';
  }
  return text;
}

Json DeferralReport::json(charm::Instant now) const {
  const std::vector<Deferral> all = deferrals();
  Json list = Json::array();
  for (const Deferral& deferral : all) {
    Json item{{"unit", to_text(app_, deferral.unit)},
              {"handler", deferral.handler->name},
              {"event", hook_name(charm_, deferral.event)},
              {"node", deferral.node},
              {"reason", deferral.reason},
              {"times", deferral.times},
              {"merged", deferral.merged},
              {"since_us", deferral.since.micros},
              {"waited_us", wait(deferral, now).count()},
              {"run_with", nullptr}};
    if (charm_.is_with_others(deferral.event)) {
      item["relation"] = deferral.event.relation.number;
    } else if (deferral.event.remote_unit) {
      item["remote_unit"] = to_text(app_, *deferral.event.remote_unit);
    }
    if (deferral.end) item["run_with"] = hook_name(charm_, deferral.end->hook);
    list.push_back(std::move(item));
  }
  Json queues = Json::object();
  for (const auto& [unit, longest] : longest_queues_) queues[to_text(app_, unit)] = longest;
  return {{"count", all.size()},
          {"longest_wait_us", longest_wait(all, now).count()},
          {"longest_queues", std::move(queues)},
          {"list", std::move(list)}};
}

}  // namespace sim
