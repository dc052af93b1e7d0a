#include "sim/properties/path_claims.h"

#include <algorithm>
#include <array>

#include "charm/types/status.h"
#include "sim/properties/memory.h"

namespace sim::properties::judge {
namespace {

// Decisions that are answered with yes by the leader alone.
constexpr std::array<std::string_view, 6> asks_for_the_leader{
    "is_leader", "is_still_leader", "may_initialise", "is_leader_and_is_not_departing",
    "may_pop",   "is_first_held"};

// What a box says, at least the beginning of it.
struct StatusBox {
  std::string_view node;
  std::string_view text;
  std::string_view or_text = {};  // where two charts have a box of that name
};
namespace messages = charm::messages;
constexpr std::array status_boxes{
    StatusBox{"await_cluster", messages::awaiting_cluster},
    StatusBox{"await_bootstrap", messages::awaiting_cluster},
    StatusBox{"await_member", messages::awaiting_member},
    StatusBox{"await_users", messages::awaiting_primary_endpoint},
    StatusBox{"set_waiting", messages::awaiting_primary_endpoint, messages::others_upgrade_first},
    StatusBox{"set_blocked", messages::patch_failed_with},
    StatusBox{"blocked_trust", messages::no_trust},
    StatusBox{"blocked_services", messages::no_services},
    StatusBox{"blocked_labels", messages::patch_failed_with},
    StatusBox{"blocked_configuration", messages::bad_configuration},
};

const StatusBox* find_box(std::string_view node) {
  const auto* const found = std::ranges::find(status_boxes, node, &StatusBox::node);
  return found == status_boxes.end() ? nullptr : found;
}

// Most boxes are told apart by their first letter: this is asked of every path.
bool may_set_a_status(std::string_view node) {
  const char first = node.front();
  return first == 'a' || first == 'b' || first == 's' || first == 'l';
}

// Whatever else sets a status: what it leaves depends on what stood there.
bool sets_a_status(std::string_view node) {
  return node.starts_with("set_") || node.starts_with("lift_");
}

}  // namespace

std::optional<std::string> status_boxes_tell(const Moment& moment) {
  const HandlerEnding& ending = *moment.handler;
  const auto& steps = ending.path.steps();
  for (std::size_t at = steps.size(); at-- > 0;) {
    if (!may_set_a_status(steps[at].node)) continue;
    const StatusBox* const box = find_box(steps[at].node);
    if (box == nullptr && sets_a_status(steps[at].node)) return std::nullopt;
    if (box == nullptr) continue;
    const std::string_view says = moment.texts.text_of(moment.world.unit(ending.unit).status_text);
    const bool is_other = !box->or_text.empty() && says.starts_with(box->or_text);
    if (says.starts_with(box->text) || is_other) return std::nullopt;
    return std::string(ending.handler.name) + " of " + name_of(moment, ending.unit) +
           " comes through " + std::string(box->node) + ", and its status says '" +
           std::string(says) + "'";
  }
  return std::nullopt;
}

std::optional<std::string> leaders_lead(const Moment& moment) {
  const HandlerEnding& ending = *moment.handler;
  if (moment.memory->queues[ending.unit.ordinal].led) return std::nullopt;
  for (const charm::Path::Step& step : ending.path.steps()) {
    if (step.arrow != "yes") continue;
    if (std::ranges::find(asks_for_the_leader, step.node) == asks_for_the_leader.end()) continue;
    return std::string(ending.handler.name) + " of " + name_of(moment, ending.unit) +
           " goes by yes from " + std::string(step.node) + ", and it does not lead";
  }
  return std::nullopt;
}

std::optional<std::string> defer_boxes_defer(const Moment& moment) {
  const HandlerEnding& ending = *moment.handler;
  const auto& steps = ending.path.steps();
  if (ending.outcome.deferred() || steps.empty()) return std::nullopt;
  const std::string_view last = steps[steps.size() - 1].node;
  if (!last.starts_with("defer")) return std::nullopt;
  return std::string(ending.handler.name) + " of " + name_of(moment, ending.unit) + " ends at " +
         std::string(last) + ", and is not queued";
}

}  // namespace sim::properties::judge
