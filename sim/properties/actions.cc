// An action that completes has brought about what it is named after.
#include "sim/properties/actions.h"

#include <algorithm>

#include "charm/steps/system_users.h"
#include "model/juju.h"
#include "sim/ports/ports.h"

namespace sim::properties::judge {
namespace {

using model::juju::ActionEnd;

bool has_revised(const Moment& moment, charm::UnitName unit) {
  return moment.memory->revised.contains(unit) ||
         std::ranges::any_of(moment.facts, [unit](const model::Fact& fact) {
           return fact.kind == model::FactKind::secret_revised && fact.unit == unit;
         });
}

// What the story gives to the action that has just ended on this unit, if it is one of the story's.
const charm::ActionParameters* parameters_of(const Moment& moment, charm::UnitName unit) {
  const std::uint8_t number = moment.memory->actions.at(unit.ordinal);
  return number == 0 ? nullptr : &actions(moment.scenario)[number - 1U]->parameters;
}

// What the secret has now is what was asked for, and a database was told, unless it had that
// already. Whether the primary has it still is another property's: others act, too.
std::string_view left_undone_of_password(const Moment& moment, const DispatchEnding& ending) {
  const charm::ActionParameters* given = parameters_of(moment, ending.unit);
  if (given == nullptr) return "nobody has asked for it";
  const charm::ActionParameters& asked = *given;
  const charm::ParameterText name = asked.username.value_or(charm::ParameterText());
  const auto user = charm::steps::database_user(name.view());
  if (!user) return "it is no user's whose password may be changed";
  const auto at = static_cast<std::size_t>(*user);
  const std::uint16_t stands = moment.world.shared().application.passwords[at];
  if (asked.password && number_of_password(*asked.password) != stands) {
    return "the secret has another password";
  }
  const bool revised = has_revised(moment, ending.unit);
  if (!revised) return asked.password ? std::string_view() : "the secret has no other password";
  const bool altered = (moment.memory->altered.at(ending.unit.ordinal) >> at & 1U) != 0;
  return altered ? std::string_view() : "no database was told";
}

// After pre-upgrade-check: a refresh can begin, with unit 0 as the primary; or one that has failed
// can be rolled back.
std::string_view unprepared(const Moment& moment, charm::UnitName unit) {
  const model::World& world = moment.world;
  if (world.upgrade_stack().empty()) return "no unit is on the upgrade stack";
  if (world.unit(unit).record.upgrade_state == charm::UpgradeState::recovery) return {};
  return moment.memory->led.contains(charm::UnitName{0}) ? std::string_view()
                                                         : "unit 0 has not led since it began";
}

// A secret's text is told by its key alone: whether there is one can be seen.
std::string_view unread_password(const Moment& moment, const DispatchEnding& ending) {
  if (!ending.action_text.starts_with("password=")) return "there is no password in its results";
  const charm::ActionParameters* asked = parameters_of(moment, ending.unit);
  if (asked == nullptr) return "nobody has asked for it";
  const charm::ParameterText name = asked->username.value_or(charm::ParameterText("operator"));
  for (std::size_t at = 0; at < charm::system_user_count; ++at) {
    if (to_text(static_cast<charm::SystemUser>(at)) != name.view()) continue;
    const bool is_there = moment.world.shared().application.passwords[at] != 0;
    const bool is_told = ending.action_text != "password=";
    return is_told || !is_there ? std::string_view() : "the password in its results is empty";
  }
  return name.view() == "backup" ? std::string_view() : "it is no user's password";
}

// A member's news may be late, so that it names who led before; but nobody who never did.
std::string_view misnamed_primary(const Moment& moment, const DispatchEnding& ending) {
  constexpr std::string_view result = "primary=";
  if (!ending.action_text.starts_with(result)) return {};  // nobody answers, which the log says
  const std::string_view named = ending.action_text.substr(result.size());
  const auto is_named = [&](charm::UnitName unit) { return name_of(moment, unit) == named; };
  const bool has_led = named.empty() || std::ranges::any_of(moment.memory->ever_led, is_named);
  return has_led ? std::string_view() : "whom it names has never led";
}

std::string_view unasked_certificate(const Moment& moment, const DispatchEnding& ending) {
  const model::TlsRecord& tls = moment.world.unit(ending.unit).record.tls;
  if (tls.request == 0 || tls.request_key == 0) return "no request stands";
  const charm::ActionParameters* asked = parameters_of(moment, ending.unit);
  const bool is_given = asked != nullptr && asked->private_key.has_value();
  if (!is_given || number_of(asked->private_key->key) == tls.request_key) return {};
  return "the request is of another key";
}

// What the action that has completed has not done; empty if it has.
std::string_view left_undone(const Moment& moment, const DispatchEnding& ending) {
  const std::string_view action = moment.charm.actions[ending.event.subject];
  if (action == "promote-to-primary") {
    const bool took = moment.memory->took_the_lock.contains(ending.unit);
    return took ? std::string_view() : "its member has not taken the lock";
  }
  if (action == "pre-upgrade-check") return unprepared(moment, ending.unit);
  constexpr std::string_view resumes = "message=Upgrade will resume";
  if (action == "resume-upgrade" && !ending.action_text.starts_with(resumes)) {
    return "it does not say where it goes on";
  }
  if (action == "get-password") return unread_password(moment, ending);
  if (action == "get-primary") return misnamed_primary(moment, ending);
  if (action == "set-tls-private-key") return unasked_certificate(moment, ending);
  if (action == "set-password") return left_undone_of_password(moment, ending);
  return {};
}

// As its operator reads it; the agent may have ended since.
ActionEnd reported(const Moment& moment, charm::UnitName unit) {
  for (const model::Fact& fact : moment.facts) {
    const bool ended = fact.kind == model::FactKind::action_ended && fact.unit == unit;
    if (ended) return static_cast<ActionEnd>(fact.value);
  }
  return ActionEnd::interrupted;
}

}  // namespace

std::optional<std::string> action_keeps_its_word(const Moment& moment) {
  const DispatchEnding& ending = *moment.dispatch;
  if (!model::juju::is_action(ending.event)) return std::nullopt;
  const std::string who =
      hook_name(moment.charm, ending.event) + " of " + name_of(moment, ending.unit);
  switch (reported(moment, ending.unit)) {
    case ActionEnd::failed:
      if (ending.action_text.empty()) return who + " has failed, and does not say why";
      // What was deferred runs in front of it, and may make the first revision; no database was
      // told.
      if (!has_revised(moment, ending.unit) ||
          moment.memory->altered.at(ending.unit.ordinal) == 0) {
        return std::nullopt;
      }
      return who + " has failed, and the secret has another password";
    case ActionEnd::completed: {
      const std::string_view missing = left_undone(moment, ending);
      if (missing.empty()) return std::nullopt;
      return who + " has completed, and " + std::string(missing);
    }
    default: return std::nullopt;  // Juju says what has become of it
  }
}

std::optional<std::string> action_ran(const Moment& moment) {
  return "on " + name_of(moment, *moment.facts.front().unit);
}

std::optional<std::string> actions_end(const Moment& moment) {
  for (charm::UnitName name : moment.world.existing()) {
    const model::UnitState& unit = moment.world.unit(name);
    if (unit.pod.node_lost) continue;
    const model::AgentRecord& record = unit.record;
    if (record.actions_due == 0 && record.action == 0) continue;
    return "one waits, or runs, on " + name_of(moment, name);
  }
  return std::nullopt;
}

}  // namespace sim::properties::judge
