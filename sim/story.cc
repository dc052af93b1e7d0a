// Conditions and deeds.
#include "sim/story.h"

#include <algorithm>

#include "charm/runtime/decode.h"
#include "model/juju.h"
#include "model/kubernetes.h"
#include "model/patroni.h"
#include "model/pebble.h"
#include "model/postgresql.h"

namespace sim {
namespace {

using charm::UnitName;

charm::MaybeUnit first_where(const model::World& world,
                             bool (*fits)(const model::World&, UnitName)) {
  for (UnitName unit : world.existing()) {
    if (fits(world, unit)) return unit;
  }
  return {};
}

bool is_replica(const model::World& world, UnitName unit) {
  const model::Postgres& postgres = world.unit(unit).postgres;
  return postgres.database == model::Database::running && postgres.in_recovery;
}

charm::MaybeUnit resolve_role(Role role, const model::World& world) {
  switch (role) {
    case Role::juju_leader: return world.shared().application.lease_holder;
    case Role::lock_holder: {
      const charm::MaybeMember holder = world.shared().dcs.lock_holder;
      return holder ? charm::MaybeUnit(charm::unit_of(*holder)) : charm::MaybeUnit();
    }
    case Role::primary: return first_where(world, model::postgresql::is_primary);
    case Role::replica: return first_where(world, is_replica);
  }
  return {};
}

bool is_bootstrapping(const model::World& world, UnitName unit) {
  return world.unit(unit).member.job == model::Job::bootstrap;
}

class Perform {
 public:
  Perform(model::Step& step, const Scenario& scenario) : step_(step), scenario_(scenario) {}

  void operator()(const KillPod& deed) const {
    const auto back =
        deed.returns_at_once ? model::kubernetes::Return::at_once : model::kubernetes::Return::late;
    if (const auto unit = resolve(deed.target, step_.world)) {
      model::kubernetes::kill_pod(step_, *unit, back);
    }
  }
  void operator()(const DeletePod& deed) const {
    if (const auto unit = resolve(deed.target, step_.world))
      model::kubernetes::delete_pod(step_, *unit);
  }
  void operator()(const LoseNode& deed) const {
    if (const auto unit = resolve(deed.target, step_.world))
      model::kubernetes::lose_node(step_, *unit);
  }
  void operator()(const MoveLeadership& deed) const {
    model::juju::let_lease_go(step_, deed.to ? charm::MaybeUnit(*deed.to) : charm::MaybeUnit());
  }
  void operator()(const AddUnits& deed) const { scale(deed); }
  void operator()(const RemoveUnits& deed) const { scale(deed); }
  void operator()(const ScaleTo& deed) const { scale(deed); }
  void operator()(const SetConfig& deed) const {
    const auto all = configurations(scenario_);
    const auto at = std::ranges::find(all, deed.configuration.config) - all.begin();
    model::juju::set_configuration(step_, static_cast<std::uint8_t>(at));
  }
  void operator()(const SetTrust& deed) const { model::juju::set_trust(step_, deed.trusted); }
  void operator()(const BreakContainer& deed) const {
    if (const auto unit = resolve(deed.target, step_.world)) {
      model::pebble::break_for(step_, *unit, deed.lasts);
    }
  }
  void operator()(const RestartContainer& deed) const {
    using model::kubernetes::ContainerKind;
    const bool charm = deed.container == RestartContainer::Container::charm;
    if (const auto unit = resolve(deed.target, step_.world)) {
      model::kubernetes::restart_container(step_, *unit,
                                           charm ? ContainerKind::charm : ContainerKind::workload);
    }
  }
  void operator()(const Switchover& deed) const {
    if (!deed.to) {
      model::patroni::switch_over(step_, {});
    } else if (const auto unit = resolve(*deed.to, step_.world)) {
      model::patroni::switch_over(step_, unit);
    }
  }
  void operator()(const Failover& deed) const {
    if (const auto unit = resolve(deed.to, step_.world)) model::patroni::fail_over(step_, *unit);
  }
  void operator()(const RemoveApplication&) const { model::juju::request_removal(step_); }
  void operator()(const DeployAgain& deed) const {
    model::juju::deploy_again(step_, deed.units, scenario_.world.trusted);
  }
  void operator()(const CrashPostgresql& deed) const {
    if (const auto unit = resolve(deed.target, step_.world)) {
      model::patroni::crash_database(step_, *unit, deed.recovers_in);
    }
  }
  void operator()(const CrashPatroni& deed) const {
    if (const auto unit = resolve(deed.target, step_.world)) {
      deed.restarts ? model::pebble::kill_patroni_once_more(step_, *unit)
                    : model::pebble::kill_patroni_for_good(step_, *unit);
    }
  }
  void operator()(const StopService& deed) const {
    if (const auto unit = resolve(deed.target, step_.world)) {
      model::pebble::stop_for_good(step_, *unit);
    }
  }
  void operator()(const FillVolume& deed) const {
    if (const auto unit = resolve(deed.target, step_.world)) {
      step_.world.unit(*unit).volume.free_percent = deed.free_percent;
    }
  }
  void operator()(const RunAction& deed) const {
    const auto unit = resolve(deed.unit, step_.world);
    if (!unit) return;
    // The story has passed on: of the actions up to here, this is the last.
    std::uint8_t number = 0;
    for (std::size_t at = 0; at + 1 < step_.world.shared().story_step; ++at) {
      if (std::holds_alternative<RunAction>(scenario_.story[at].deed)) ++number;
    }
    // Juju refuses an action that the charm does not have.
    if (step_.parameters.actions[number] == charm::unobserved_subject) return;
    model::juju::request_action(step_, *unit, number);
  }
  void operator()(const Relate& deed) const { model::juju::relate(step_, place_of(deed.client)); }
  void operator()(const Unrelate& deed) const {
    model::juju::unrelate(step_, place_of(deed.client));
  }
  void operator()(const WriteForeignState& deed) const {
    charm::MaybeUnit unit;
    if (deed.of_unit) unit = resolve(*deed.of_unit, step_.world);
    if (!deed.of_unit || unit) model::juju::write_foreign_state(step_, deed.key, unit);
  }
  void operator()(const MendState&) const { model::juju::mend_state(step_); }
  void operator()(const RelateProvider& deed) const {
    model::juju::relate(step_, place_of_provider(deed.provider));
  }
  void operator()(const UnrelateProvider& deed) const {
    model::juju::unrelate(step_, place_of_provider(deed.provider));
  }
  void operator()(const RotateCertificates& deed) const {
    using model::juju::Rotation;
    model::juju::rotate_certificates(step_, deed.revoked ? Rotation::revoked : Rotation::renewed);
  }
  void operator()(const Refresh& deed) const {
    model::juju::refresh(step_, {.streams = deed.revision != Refresh::Revision::never_streams,
                                 .can_follow = deed.revision != Refresh::Revision::cannot_follow});
  }
  void operator()(const Pause& deed) const { model::patroni::set_paused(step_, deed.paused); }
  void operator()(const Resolve& deed) const {
    using model::juju::Resolution;
    model::juju::resolve(step_, deed.unit, deed.retry ? Resolution::retry : Resolution::skip);
  }

 private:
  // Of the relation, among those that the story makes: each client is related once.
  [[nodiscard]] std::size_t place_of(const std::string& client) const {
    const auto all = clients(scenario_);
    const auto is_it = [&client](const Relate* relate) { return relate->client == client; };
    return static_cast<std::size_t>(std::ranges::find_if(all, is_it) - all.begin());
  }
  [[nodiscard]] std::size_t place_of_provider(const std::string& provider) const {
    const auto all = providers(scenario_);
    const auto is_it = [&provider](const RelateProvider* relate) {
      return relate->provider == provider;
    };
    return model::max_clients +
           static_cast<std::size_t>(std::ranges::find_if(all, is_it) - all.begin());
  }
  void scale(const Deed& deed) const {
    const std::uint32_t units = scale_after(deed, step_.world.shared().application.scale);
    model::juju::request_scale(step_, static_cast<std::uint16_t>(units));
  }

  model::Step& step_;
  const Scenario& scenario_;
};

}  // namespace

charm::MaybeUnit resolve(const Target& target, const model::World& world) {
  if (const auto* unit = std::get_if<UnitName>(&target)) return *unit;
  return resolve_role(std::get<Role>(target), world);
}

bool holds(Condition condition, const model::World& world, bool settled) {
  switch (condition) {
    case Condition::leader_elected: return !world.endpoints().empty();
    case Condition::bootstrapping: return first_where(world, is_bootstrapping).has_value();
    case Condition::primary_running:
      return first_where(world, model::postgresql::is_primary).has_value();
    case Condition::no_primary:
      return world.shared().dcs.initialise == model::Initialise::done &&
             !first_where(world, model::postgresql::is_primary).has_value();
    case Condition::initialised: return world.shared().application.initialised;
    case Condition::settled: return settled;
    case Condition::first_refreshed:
      return world.upgrade_stack().size() + 1 == world.planned().size() &&
             world.shared().application.rollout.charm > 0;
    case Condition::removed: return world.shared().application.presence == model::Presence::removed;
  }
  return false;
}

std::array<std::uint8_t, model::max_actions> kinds_of_actions(const Scenario& scenario,
                                                              const charm::CharmDefinition& charm) {
  std::array<std::uint8_t, model::max_actions> kinds{};
  std::size_t number = 0;
  for (const RunAction* run : actions(scenario)) {
    const auto found = std::ranges::find(charm.actions, run->action);
    const auto at = static_cast<std::uint8_t>(found - charm.actions.begin());
    kinds[number++] = found == charm.actions.end() ? charm::unobserved_subject : at;
  }
  return kinds;
}

bool Story::is_over(const model::World& world) const {
  return world.shared().story_step >= scenario_.story.size();
}

const StoryStep& Story::current(const model::World& world) const {
  return scenario_.story[world.shared().story_step];
}

void Story::look(model::Step& step, bool settled) const {
  const model::TimerId timer = model::timer_id(model::WorldTimer::story);
  if (is_over(step.world) || step.world.is_armed(timer)) return;
  const StoryStep& next = current(step.world);
  if (next.when && !holds(*next.when, step.world, settled)) return;
  charm::Duration wait = next.after;
  if (next.at && *next.at > step.world.now()) wait = std::max(wait, *next.at - step.world.now());
  step.world.arm(timer, model::exactly(wait));
}

bool Story::perform(model::Step& step) const {
  const StoryStep& now = current(step.world);
  ++step.world.shared().story_step;
  const std::size_t before = step.facts.size();
  std::visit(Perform(step, scenario_), now.deed);
  // Whatever happens to a pod, a container or Patroni is a fact; where it is not there, or refuses,
  // there is none.
  const bool leaves_a_fact =
      std::holds_alternative<Switchover>(now.deed) || std::holds_alternative<Failover>(now.deed) ||
      std::holds_alternative<CrashPostgresql>(now.deed) ||
      std::holds_alternative<CrashPatroni>(now.deed) ||
      std::holds_alternative<RemoveApplication>(now.deed) ||
      std::holds_alternative<DeployAgain>(now.deed) || std::holds_alternative<Pause>(now.deed) ||
      std::holds_alternative<KillPod>(now.deed) || std::holds_alternative<DeletePod>(now.deed) ||
      std::holds_alternative<LoseNode>(now.deed) ||
      std::holds_alternative<BreakContainer>(now.deed) ||
      std::holds_alternative<Relate>(now.deed) || std::holds_alternative<Unrelate>(now.deed) ||
      std::holds_alternative<RelateProvider>(now.deed) ||
      std::holds_alternative<UnrelateProvider>(now.deed) ||
      std::holds_alternative<RotateCertificates>(now.deed) ||
      std::holds_alternative<Refresh>(now.deed);
  return !leaves_a_fact || step.facts.size() > before;
}

}  // namespace sim
