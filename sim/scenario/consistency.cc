// One function a part of the scenario; the story is told once, counting units and time as it goes.
#include "sim/scenario/consistency.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "model/juju.h"
#include "sim/scenario/consistency_of_world.h"

namespace sim {
namespace {

using charm::Duration;
using charm::UnitName;

MaybeError check_faults(const Scenario& scenario) {
  const FaultPlan& faults = scenario.faults;
  const bool any =
      std::ranges::any_of(faults.budget, [](std::uint16_t budget) { return budget > 0; });
  if (any && faults.until.count() == 0) {
    return error("/faults", "allows faults, but none after 0 s",
                 "must say until_s, the time after which no fault strikes");
  }
  if (faults.from > faults.until) {
    return error("/faults/from_s", "is " + in_words(faults.from),
                 "must not be after until_s, which is " + in_words(faults.until));
  }
  if (faults.until < scenario.horizon) return std::nullopt;
  return error("/faults/until_s", "is " + in_words(faults.until),
               "must be before the horizon, which is " + in_words(scenario.horizon) +
                   ": what must hold in the end is judged between them");
}

// By which key a step says whom it is about.
std::string key_of_target(const Deed& deed) {
  if (std::holds_alternative<RunAction>(deed)) return "unit";
  const auto* write = std::get_if<WriteForeignState>(&deed);
  return std::string(write != nullptr && write->of_unit ? "of_unit" : key_of(deed));
}

// What the story has come to before a step.
class StoryCheck {
 public:
  explicit StoryCheck(const Scenario& scenario)
      : scenario_(scenario), units_(scenario.world.units) {}

  MaybeError next(const StoryStep& step, const std::string& pointer) {
    if (MaybeError wrong = check_time(step, pointer)) return wrong;
    const bool is_action = std::holds_alternative<RunAction>(step.deed);
    if (is_action && ++actions_ > model::max_actions) {
      return error(pointer + "/run_action", "is one more than a story can ask for",
                   "must be one of at most " + std::to_string(model::max_actions) + " actions");
    }
    if (std::holds_alternative<Refresh>(step.deed) && ++refreshes_ > model::max_refreshes) {
      return error(pointer + "/refresh", "is one more than a story can ask for",
                   "must be one of at most " + std::to_string(model::max_refreshes));
    }
    if (MaybeError wrong = check_client(step.deed, pointer)) return wrong;
    if (MaybeError wrong = check_provider(step.deed, pointer)) return wrong;
    if (MaybeError wrong = check_foreign_state(step.deed, pointer)) return wrong;
    const std::string deed_pointer = pointer_to(pointer, key_of_target(step.deed));
    if (MaybeError wrong = check_deed(step.deed, deed_pointer)) return wrong;

    units_ = static_cast<std::uint16_t>(scale_after(step.deed, units_));
    if (std::holds_alternative<RemoveApplication>(step.deed)) removed_ = true;
    if (std::holds_alternative<DeployAgain>(step.deed)) removed_ = false;
    if (const auto* lose = std::get_if<LoseNode>(&step.deed)) {
      ++lost_nodes_;
      if (const auto* unit = std::get_if<UnitName>(&lose->target)) lost_.insert(*unit);
    }
    return std::nullopt;
  }

 private:
  // A client application is related once: one that comes back is another, with another id.
  MaybeError check_client(const Deed& deed, const std::string& pointer) {
    if (const auto* relate = std::get_if<Relate>(&deed)) {
      if (clients_.size() == model::max_clients) {
        return error(pointer + "/relate", "is one more than a story can have",
                     "must be one of at most " + std::to_string(model::max_clients) + " clients");
      }
      if (relate->uses.any() && relate->request.database.empty()) {
        return error(pointer + "/uses_extension", "stands beside a request for no database",
                     "must stand beside a database");
      }
      if (!clients_.insert(relate->client).second) {
        return error(pointer + "/relate", "is related before",
                     "must be another client's name: one that comes back has a new relation");
      }
    }
    const auto* unrelate = std::get_if<Unrelate>(&deed);
    if (unrelate == nullptr || clients_.contains(unrelate->client)) return std::nullopt;
    return error(pointer + "/unrelate", "is related by no step before", "must be a related client");
  }

  // One at a time, and each once, as clients.
  MaybeError check_provider(const Deed& deed, const std::string& pointer) {
    if (const auto* relate = std::get_if<RelateProvider>(&deed)) {
      const std::string at = pointer + "/relate_provider";
      if (providers_.size() == model::max_providers) {
        return error(at, "is one more than a story can have",
                     "must be one of at most " + std::to_string(model::max_providers));
      }
      if (!provider_.empty()) {
        return error(at, "comes while " + provider_ + " is related",
                     "must come after unrelate_provider: the charm takes one at a time");
      }
      if (!providers_.insert(relate->provider).second) {
        return error(at, "is related before",
                     "must be another name: one that comes back has a new relation");
      }
      provider_ = relate->provider;
    }
    const auto* unrelate = std::get_if<UnrelateProvider>(&deed);
    if (unrelate != nullptr && unrelate->provider != provider_) {
      return error(pointer + "/unrelate_provider", "is not related then",
                   "must be the provider that is");
    }
    if (unrelate != nullptr) provider_.clear();
    if (!std::holds_alternative<RotateCertificates>(deed) || !provider_.empty()) {
      return std::nullopt;
    }
    return error(pointer + "/rotate_certificates", "needs a provider",
                 "must come when there is one");
  }

  // What all units read is left to all of them; what stands in a relation needs the relation.
  MaybeError check_foreign_state(const Deed& deed, const std::string& pointer) {
    if (std::holds_alternative<MendState>(deed)) {
      if (std::exchange(is_written_, false)) return std::nullopt;
      return error(pointer + "/mend_state", "mends what no step before it has written",
                   "must come after write_foreign_state");
    }
    const auto* write = std::get_if<WriteForeignState>(&deed);
    if (write == nullptr) return std::nullopt;
    is_written_ = true;
    const std::string name(to_text(write->key));
    if (write->of_unit && !model::juju::is_of_one_unit(write->key)) {
      return error(pointer + "/of_unit", "stands beside " + name + ", which all units read",
                   "must stand beside what one unit has for itself");
    }
    if (write->key == charm::StateKey::client_offer && clients_.empty()) {
      return error(pointer + "/write_foreign_state", "needs a client",
                   "must come when there has been one");
    }
    if (write->key == charm::StateKey::certificate_requests && provider_.empty()) {
      return error(pointer + "/write_foreign_state", "needs a provider",
                   "must come when there is one");
    }
    return std::nullopt;
  }

  // Nothing of a lost node's agent runs, so its teardown never ends, and the target stays latched
  // (juju-and-pebble.md, section 4.8).
  MaybeError check_scale(const Deed& deed, const std::string& pointer) const {
    if (const auto* remove = std::get_if<RemoveUnits>(&deed); remove && remove->count > units_) {
      return error(pointer, "is " + std::to_string(remove->count) + " of " + std::to_string(units_),
                   "must be at most as many units as there are then");
    }
    const std::uint32_t after = scale_after(deed, units_);
    if (after < units_ && after == 0 && lost_nodes_ > 0) {
      return error(pointer, "removes a unit whose node is lost", lost_rule);
    }
    for (UnitName unit : lost_) {
      if (unit.ordinal < after || unit.ordinal >= units_) continue;
      return error(pointer,
                   "removes " + to_text(scenario_.world.app, unit) + ", whose node is lost",
                   lost_rule);
    }
    return std::nullopt;
  }

  MaybeError check_time(const StoryStep& step, const std::string& pointer) {
    if (step.at) {
      const Duration at = *step.at - charm::Instant{};
      if (at < last_at_) {
        return error(pointer + "/at_s", "is " + in_words(at),
                     "must be at least " + in_words(last_at_) +
                         ", as an earlier step says: steps happen one after the other");
      }
      last_at_ = at;
      earliest_ = std::max(earliest_, at);
    }
    earliest_ += step.after;
    if (earliest_ <= scenario_.horizon) return std::nullopt;
    return error(pointer, "is due at " + in_words(earliest_) + " or later",
                 beyond(scenario_.horizon));
  }

  // Juju has the application, or has not.
  MaybeError check_presence(const Deed& deed, const std::string& pointer) const {
    if (std::holds_alternative<DeployAgain>(deed)) {
      if (removed_) return std::nullopt;
      return error(pointer, "deploys what is deployed", "must come after remove_application");
    }
    if (!removed_) return std::nullopt;
    return error(pointer, "needs the application, which is removed then",
                 "must come before remove_application, or after deploy_again");
  }

  MaybeError check_deed(const Deed& deed, const std::string& pointer) const {
    if (MaybeError wrong = check_presence(deed, pointer)) return wrong;
    if (const auto* move = std::get_if<MoveLeadership>(&deed); move && !move->to && units_ == 1) {
      return error(pointer, "needs another unit",
                   "must come when there are two: Juju's lease stays with the only one");
    }
    if (MaybeError wrong = check_scale(deed, pointer)) return wrong;
    if (std::holds_alternative<LoseNode>(deed) && lost_nodes_ + 1 >= units_) {
      return error(pointer, "may leave no unit with a node",
                   "must leave one: nothing replaces the pod of a lost node, so nothing could work "
                   "again");
    }
    const std::optional<Target> target = target_of(deed);
    if (!target) return std::nullopt;
    if (units_ == 0) {
      return error(pointer, "needs a unit where there is none", "must come when there is one");
    }
    if (const auto* role = std::get_if<Role>(&*target)) {
      if (*role != Role::replica || units_ > 1) return std::nullopt;
      return error(pointer, "is a replica where there is one unit", "must come when there are two");
    }
    const UnitName unit = std::get<UnitName>(*target);
    const std::string name = to_text(scenario_.world.app, unit);
    if (unit.ordinal >= units_) {
      return error(pointer, "is " + name + ", which does not exist then",
                   "must be one of the " + std::to_string(units_) +
                       " units at that point: Juju counts from 0");
    }
    if (lost_.contains(unit)) {
      return error(pointer, "is " + name + ", whose node is lost",
                   "must be a unit that is there: nothing replaces the pod of a lost node");
    }
    return std::nullopt;
  }

  static constexpr const char* lost_rule =
      "must keep it: nothing runs its teardown, so Juju would never be done";

  const Scenario& scenario_;
  std::uint16_t units_;
  bool removed_ = false;
  bool is_written_ = false;  // state that waits to be mended
  std::size_t actions_ = 0;
  std::size_t refreshes_ = 0;
  std::set<std::string> clients_;
  std::set<std::string> providers_;
  std::string provider_;  // that is related; empty: none
  charm::UnitSet lost_;
  std::uint32_t lost_nodes_ = 0;  // of units by name or by role; a role may mean a lost one again
  Duration last_at_{0};
  Duration earliest_{0};
};

}  // namespace

std::optional<ScenarioError> check_consistency(const Scenario& scenario) {
  if (MaybeError wrong = check_world(scenario)) return wrong;
  StoryCheck story(scenario);
  for (std::size_t i = 0; i < scenario.story.size(); ++i) {
    if (MaybeError wrong = story.next(scenario.story[i], pointer_to("/story", i))) return wrong;
  }
  return check_faults(scenario);
}

}  // namespace sim
