// Faults: those that strike at a port call of a hook, and mishaps, which come whenever they like.
#include <algorithm>

#include "model/juju.h"
#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni_objects.h"
#include "model/pebble.h"
#include "model/postgresql.h"
#include "model/timing.h"
#include "sim/mishap_lengths.h"
#include "sim/simulation.h"
#include "sim/unit_side.h"

namespace sim {
namespace {

using charm::UnitName;
using namespace std::chrono_literals;
using model::network::Cut;

// A reboot; until its pods are not ready; until they were to be deleted.
constexpr std::array<charm::Duration, 4> node_losses{100s, 20s, 250s, 500s};
constexpr std::array<charm::Duration, 6> clock_steps{15s, -15s, 1s, 40s, -40s, 300s};

// Of an undisciplined crystal, of NTP's largest slew, and of a virtual machine's broken clock.
constexpr std::array<std::int32_t, 6> clock_rates{200, -200, 500, -500, 10'000, -10'000};

constexpr std::uint32_t call_fault_count = static_cast<std::uint32_t>(first_mishap);

}  // namespace

bool Simulation::faults_are_on() const {
  const std::int64_t now = world_.now().micros;
  if (now < scenario_.faults.from.count() || now >= scenario_.faults.until.count()) return false;
  return std::any_of(fault_budget_.begin(), fault_budget_.end(),
                     [](std::uint16_t left) { return left > 0; });
}

// An option whose budget is used up counts as none.
std::optional<FaultKind> Simulation::draw_fault(UnitName unit) {
  if (!faults_are_on()) return std::nullopt;
  const std::uint32_t option = choices_->pick(1 + call_fault_count, {unit, fault_question});
  if (option == 0 || fault_budget_[option - 1] == 0) return std::nullopt;
  return static_cast<FaultKind>(option - 1);
}

void Simulation::note_fault(charm::MaybeUnit unit, FaultKind kind, std::string_view where) {
  --fault_budget_[static_cast<std::size_t>(kind)];
  disturb(memory_.bounds, moment(nullptr, nullptr), unit);
  disturb_dispatches(memory_);
  if (!trace_.on()) return;
  TraceEvent event{.at = world_.now(), .kind = TraceKind::fault, .unit = unit};
  event.text = to_text(kind);
  event.detail = where;
  trace_.record(event);
}

// --- at a port call ---

Disturbance Simulation::strike(UnitRun& run, Call call) {
  const std::optional<FaultKind> kind = draw_fault(run.name);
  if (!kind) return Disturbance::none;
  const Callee callee = info(call).callee;
  switch (*kind) {
    case FaultKind::kill_hook:
    case FaultKind::crash_agent:
    case FaultKind::kill_pod:
    case FaultKind::kill_node: kill_at_call(run, *kind, call);
    case FaultKind::kill_postgresql:
      note_fault(run.name, *kind, info(call).name);
      model::patroni::crash_database(step_, run.name);
      return Disturbance::none;
    case FaultKind::kill_patroni:
      note_fault(run.name, *kind, info(call).name);
      model::pebble::kill_patroni(step_, run.name);
      return Disturbance::none;
    case FaultKind::move_leadership:
      if (!model::juju::is_leader(world_, run.name)) return Disturbance::none;
      note_fault(run.name, *kind, info(call).name);
      model::juju::let_lease_go(step_, {});
      return Disturbance::none;
    case FaultKind::refuse_kubernetes:
    case FaultKind::lose_kubernetes:
    case FaultKind::slow_kubernetes:
      if (callee != Callee::kubernetes) return Disturbance::none;
      note_fault(run.name, *kind, info(call).name);
      if (*kind == FaultKind::slow_kubernetes) return Disturbance::slow;
      return *kind == FaultKind::lose_kubernetes ? Disturbance::lost : Disturbance::refused;
    case FaultKind::refuse_patroni:
    case FaultKind::lose_patroni:
      if (callee != Callee::patroni) return Disturbance::none;
      note_fault(run.name, *kind, info(call).name);
      return *kind == FaultKind::lose_patroni ? Disturbance::lost : Disturbance::refused;
    case FaultKind::refuse_workload:
    case FaultKind::lose_workload:
      if (callee != Callee::workload && callee != Callee::postgresql) return Disturbance::none;
      note_fault(run.name, *kind, info(call).name);
      return *kind == FaultKind::lose_workload ? Disturbance::lost : Disturbance::refused;
    case FaultKind::throttle_kubernetes:
      if (callee != Callee::kubernetes) return Disturbance::none;
      note_fault(run.name, *kind, info(call).name);
      return Disturbance::throttled;
    case FaultKind::freeze_charm:
      note_fault(run.name, *kind, info(call).name);
      model::network::freeze(step_, run.name, model::Frozen::charm, pick_length());
      return Disturbance::none;
    case FaultKind::restart_workload:
      note_fault(run.name, *kind, info(call).name);
      model::kubernetes::restart_container(step_, run.name,
                                           model::kubernetes::ContainerKind::workload);
      return Disturbance::none;
    default: return Disturbance::none;  // not at a call
  }
}

void Simulation::kill_at_call(UnitRun& run, FaultKind kind, Call call) {
  note_fault(run.name, kind, info(call).name);
  if (kind == FaultKind::kill_hook) model::juju::requeue_hook(step_, run.name);
  if (kind == FaultKind::crash_agent) model::juju::restart_agent(step_, run.name);
  if (kind == FaultKind::kill_pod) {
    model::kubernetes::kill_pod(step_, run.name, model::kubernetes::Return::at_once);
  }
  if (kind == FaultKind::kill_node) model::kubernetes::lose_node(step_, run.name, pick_node_loss());
  cancel_dead_runs();
  step_done();
  throw Stopped{};
}

// Whether the agent crashes here, between two of its own steps.
bool Simulation::crash_agent(UnitName unit, std::string_view where) {
  if (!world_.unit(unit).process.running) return false;
  if (draw_fault(unit) != FaultKind::crash_agent) return false;
  note_fault(unit, FaultKind::crash_agent, where);
  model::juju::restart_agent(step_, unit);
  return true;
}

// --- mishaps ---

void Simulation::schedule_mishap() {
  const bool any = std::any_of(fault_budget_.begin() + call_fault_count, fault_budget_.end(),
                               [](std::uint16_t left) { return left > 0; });
  if (!any || world_.now().micros >= scenario_.faults.until.count()) return;
  world_.arm(model::timer_id(model::WorldTimer::mishap), model::timing::mishap_pause);
}

void Simulation::on_mishap_timer() {
  if (faults_are_on()) {
    const std::uint32_t option = choices_->pick(1 + mishap_count, {{}, mishap_kind_question});
    const std::size_t kind = call_fault_count + option - 1U;
    if (option != 0 && fault_budget_[kind] > 0) {
      befall(static_cast<FaultKind>(kind));
    }
  }
  schedule_mishap();
}

// Whatever lasts is over when the faults are.
charm::Duration Simulation::until_faults_end(charm::Duration length) const {
  return std::min(length, charm::Instant{scenario_.faults.until.count()} - world_.now());
}

charm::Duration Simulation::pick_length() {
  const std::uint32_t option = choices_->pick(mishap_lengths.size(), {{}, mishap_length_question});
  return until_faults_end(mishap_lengths[option]);
}

charm::Duration Simulation::pick_node_loss() {
  const std::uint32_t option = choices_->pick(node_losses.size(), {{}, mishap_length_question});
  return std::max<charm::Duration>(until_faults_end(node_losses[option]), 1s);
}

void Simulation::befall(FaultKind kind) {
  const charm::UnitSet units = world_.existing();
  if (units.empty()) return;
  std::uint32_t target =
      choices_->pick(static_cast<std::uint32_t>(units.size()), {{}, mishap_target_question});
  UnitName unit = units.first();
  for (UnitName candidate : units) {
    if (target-- == 0) unit = candidate;
  }
  const bool concerns_all = kind == FaultKind::stop_api || kind == FaultKind::throttle_api ||
                            kind == FaultKind::forbid_api || kind == FaultKind::delay_api ||
                            kind == FaultKind::sweep_endpoints;
  note_fault(concerns_all ? charm::MaybeUnit() : charm::MaybeUnit(unit), kind, {});
  settled_ = false;
  may_have_settled_ = true;
  befall(kind, unit);
  cancel_dead_runs();
}

void Simulation::befall(FaultKind kind, UnitName unit) {
  namespace network = model::network;
  switch (kind) {
    case FaultKind::crash_postgresql: return model::patroni::crash_database(step_, unit);
    case FaultKind::slow_recovery:
      return model::patroni::crash_database(step_, unit, pick_length());
    case FaultKind::crash_patroni: return model::pebble::kill_patroni(step_, unit);
    case FaultKind::delete_pod: return model::kubernetes::delete_pod(step_, unit);
    case FaultKind::lose_pod:
      return model::kubernetes::kill_pod(step_, unit, model::kubernetes::Return::late);
    case FaultKind::lose_node: return model::kubernetes::lose_node(step_, unit, pick_node_loss());
    case FaultKind::break_container: return model::pebble::break_for(step_, unit, pick_length());
    case FaultKind::freeze_patroni:
      return network::freeze(step_, unit, model::Frozen::patroni, pick_length());
    case FaultKind::freeze_pod:
      return network::freeze(step_, unit, model::Frozen::pod, pick_length());
    case FaultKind::cut_from_api: return network::cut(step_, unit, Cut::from_api, pick_length());
    case FaultKind::cut_one_way: {
      const bool to = choices_->pick(2, {{}, mishap_target_question}) == 0;
      return network::cut(step_, unit, to ? Cut::to_peers : Cut::from_peers, pick_length());
    }
    case FaultKind::cut_off: return network::cut(step_, unit, Cut::from_all, pick_length());
    case FaultKind::stop_api: return network::stop_api(step_, pick_length());
    case FaultKind::throttle_api:
      return network::refuse_api(step_, model::ApiTrouble::throttled, pick_length());
    case FaultKind::forbid_api:
      return network::refuse_api(step_, model::ApiTrouble::forbidden, pick_length());
    case FaultKind::delay_api:
      return network::refuse_api(step_, model::ApiTrouble::late, pick_length());
    case FaultKind::sweep_endpoints: return model::patroni_objects::sweep(step_);
    case FaultKind::silence_watch: return slow_watch(unit, model::Watch::silent);
    case FaultKind::lag_watch: return slow_watch(unit, model::Watch::lags);
    case FaultKind::lose_packets: return network::cut(step_, unit, Cut::lossy, pick_length());
    case FaultKind::lose_api_packets:
      return network::cut(step_, unit, Cut::api_lossy, pick_length());
    case FaultKind::split_network: return split_network(unit);
    case FaultKind::cut_from_controller:
      return network::cut(step_, unit, Cut::from_controller, pick_length());
    case FaultKind::drift_clock: {
      const std::uint32_t rate = choices_->pick(clock_rates.size(), {{}, mishap_length_question});
      return network::drift_clock(step_, unit, clock_rates[rate]);
    }
    case FaultKind::step_clock: {
      const std::uint32_t by = choices_->pick(clock_steps.size(), {{}, mishap_length_question});
      return network::step_clock(step_, unit, clock_steps[by]);
    }
    default: return;  // not a mishap
  }
}

// The unit and some of its successors, but never all; they may have lost the API server as well.
void Simulation::split_network(UnitName unit) {
  const charm::UnitSet units = world_.existing();
  const auto most = static_cast<std::uint32_t>(std::max<std::size_t>(units.size(), 2) - 1);
  std::uint32_t more = choices_->pick(most, {{}, mishap_target_question});
  charm::UnitSet side;
  side.insert(unit);
  for (int round = 0; round < 2; ++round) {
    for (UnitName next : units) {
      const bool follows = round == 1 || next.ordinal > unit.ordinal;
      if (more == 0 || !follows || side.contains(next)) continue;
      side.insert(next);
      --more;
    }
  }
  const bool has_api = choices_->pick(2, {{}, mishap_target_question}) == 0;
  using model::network::ApiSide;
  model::network::split(step_, side, has_api ? ApiSide::both : ApiSide::others, pick_length());
}

// One of its two watches, or both.
void Simulation::slow_watch(UnitName unit, model::Watch watch) {
  const auto what =
      static_cast<model::patroni::Watched>(choices_->pick(3, {{}, mishap_target_question}));
  model::patroni::fall_behind(step_, unit, watch, what, pick_length());
}

}  // namespace sim
