#include "tests/live/agent/model_juju.h"

#include <algorithm>

#include "charm/types/check.h"
#include "model/pebble.h"
#include "model/timing.h"

namespace agent {
namespace {

using charm::UnitName;
using model::UnitTimer;
using model::WorldTimer;

bool has_endpoint(const charm::CharmDefinition& charm, std::string_view name) {
  return std::ranges::find(charm.relations.subspan(charm.peer_relations()), name) !=
         charm.relations.end();
}

model::Parameters parameters_of(const charm::CharmDefinition& charm) {
  return {.relation_count = static_cast<std::uint8_t>(charm.peer_relations()),
          .has_storage = !charm.storages.empty(),
          .serves_clients = has_endpoint(charm, "database"),
          .asks_certificates = has_endpoint(charm, "certificates")};
}

// A boot id that is forgotten is found by the next poll, which the model lets come at any moment.
// The earliest one would leave no time for any other hook.
void wait_for_poll(model::World& world, UnitName name) {
  const model::TimerId timer = model::timer_id(name, UnitTimer::container);
  if (world.is_armed(timer)) world.narrow(timer, world.window(timer).latest);
}

}  // namespace

ModelJuju::ModelJuju(const charm::CharmDefinition& charm, Deployment deployment)
    : charm_(charm),
      deployment_(std::move(deployment)),
      // A queue of real notices; what it has no room for, Juju's own store has.
      world_(deployment_.most_units, 256),
      parameters_(parameters_of(charm)),
      step_{world_, facts_, parameters_} {
  parameters_.update_status_interval = deployment_.update_status_interval;
  CHECK(deployment_.units <= deployment_.most_units);
  CHECK(deployment_.clients.size() <= model::max_clients);
  model::juju::request_scale(step_, deployment_.units);
  step_done();
}

charm::Instant ModelJuju::next_due() const { return world_.window(world_.next()).earliest; }

std::optional<UnitName> ModelJuju::go_on(charm::Instant until) {
  const model::TimerId next = world_.next();
  const charm::Instant due = world_.window(next).earliest;
  if (!world_.is_armed(next) || due > until) {
    world_.advance_to(std::max(until, world_.now()));
    return std::nullopt;
  }
  world_.advance_to(std::max(due, world_.now()));
  world_.disarm(next);
  std::optional<UnitName> begun;
  if (model::is_world_timer(next)) {
    fire(next);
  } else {
    begun = fire_unit_timer(model::unit_of(next), model::unit_timer(next));
  }
  step_done();
  return begun && hook(*begun) != nullptr ? begun : std::nullopt;
}

void ModelJuju::step_done() {
  for (const model::Fact& fact : facts_) {
    // The model waits for its own Pebble only if that has a service.
    if (deployment_.holds_pods && fact.kind == model::FactKind::pod_terminating) {
      unit(*fact.unit).container.service_running = true;
    }
    if (deployment_.tell) deployment_.tell(fact);
  }
  facts_.clear();
  std::erase_if(hooks_, [this](const auto& hook) {
    return unit(hook.first).record.step != model::HookStep::running;
  });
}

// Of Kubernetes only pods are there, of Pebble only that it answers; of Patroni and PostgreSQL
// nothing.
void ModelJuju::fire(model::TimerId id) {
  switch (model::world_timer(id)) {
    case WorldTimer::lease_expiry: return model::juju::on_lease_expiry(step_);
    case WorldTimer::provisioner: return model::juju::on_provisioner_timer(step_);
    case WorldTimer::client_0: return model::juju::on_client_timer(step_, 0);
    case WorldTimer::client_1: return model::juju::on_client_timer(step_, 1);
    case WorldTimer::client_2: return model::juju::on_client_timer(step_, 2);
    case WorldTimer::client_3: return model::juju::on_client_timer(step_, 3);
    case WorldTimer::provider_0: return model::juju::on_provider_timer(step_, 0);
    case WorldTimer::provider_1: return model::juju::on_provider_timer(step_, 1);
    case WorldTimer::rollout: return model::kubernetes::on_rollout_timer(step_);
    case WorldTimer::primary_route:
    case WorldTimer::client:
    case WorldTimer::story:
    case WorldTimer::mishap:
    case WorldTimer::api:
    case WorldTimer::request: return;
  }
}

std::optional<UnitName> ModelJuju::fire_unit_timer(UnitName unit, UnitTimer timer) {
  switch (timer) {
    case UnitTimer::agent: return look_for_hook(unit);
    case UnitTimer::lease: model::juju::on_lease_timer(step_, unit); break;
    case UnitTimer::container: poll_pebble(unit); break;
    case UnitTimer::pod: model::kubernetes::on_pod_timer(step_, unit); break;
    case UnitTimer::update_status: model::juju::on_update_status_timer(step_, unit); break;
    case UnitTimer::call:
    case UnitTimer::deadline:
    case UnitTimer::ha:
    case UnitTimer::lock_expiry:
    case UnitTimer::job:
    case UnitTimer::replication:
    case UnitTimer::recovery:
    case UnitTimer::service:
    case UnitTimer::startup:
    case UnitTimer::watch: break;
  }
  return std::nullopt;
}

// Every 5 s; a boot id that was not handled yet is news (section 1.6). One whose hook has failed is
// forgotten by the model, and so is every one by an agent that begins.
void ModelJuju::poll_pebble(UnitName name) {
  if (!deployment_.boot_id) return model::pebble::on_container_timer(step_, name);
  model::Container& container = unit(name).container;
  if (container.stage == model::ContainerStage::down) return;  // its pod is gone
  const auto id = deployment_.boot_id(name);
  const bool handled =
      container.stage == model::ContainerStage::noticed && id && handled_boots_[name] == *id;
  if (id && !handled && unit(name).process.running) {
    handled_boots_[name] = *id;
    container.stage = model::ContainerStage::up;
    model::pebble::on_container_timer(step_, name);
  }
  world_.arm(model::timer_id(name, UnitTimer::container),
             model::exactly(model::timing::pebble_poll));
}

std::optional<UnitName> ModelJuju::look_for_hook(UnitName name) {
  const auto event = model::juju::next_hook(step_, name);
  if (!event) {
    if (unit(name).process.shutting_down) model::juju::stop_agent(step_, name);
    if (!unit(name).process.running) model::kubernetes::process_ended(step_, name);
    return std::nullopt;
  }
  RunningHook begun{.number = ++hooks_begun_,
                    .event = *event,
                    .led_at_begin = model::juju::is_leader(world_, name),
                    .parameters = {},
                    .results = {},
                    .failure = {}};
  if (model::juju::is_action(*event)) {
    begun.parameters = action_parameters_.at(unit(name).record.action - 1U);
  }
  hooks_.insert_or_assign(name, std::move(begun));
  return name;
}

const RunningHook* ModelJuju::hook(UnitName name) const {
  const auto found = hooks_.find(name);
  return found == hooks_.end() ? nullptr : &found->second;
}

RunningHook* ModelJuju::hook(UnitName name) {
  const auto found = hooks_.find(name);
  return found == hooks_.end() ? nullptr : &found->second;
}

void ModelJuju::note_action(UnitName name, bool well) {
  const RunningHook& action = *hook(name);
  if (!model::juju::is_action(action.event)) return;
  const bool said_so = unit(name).process.action_failed;
  ended_actions_.push_back({.name = std::string(charm_.actions[action.event.subject]),
                            .well = well && !said_so,
                            .failure = action.failure,
                            .results = action.results});
}

bool ModelJuju::end_hook(UnitName name, HookEnd end) {
  CHECK(hook(name) != nullptr);
  bool committed = false;
  if (end == HookEnd::well) {
    committed = model::juju::flush(step_, name);
    note_action(name, committed);
    if (committed) {
      model::juju::mark_done(world_, name);
      model::juju::commit_hook(step_, name);
    } else {
      model::juju::fail_hook(step_, name);
    }
  } else {
    note_action(name, false);
    end == HookEnd::failed ? model::juju::fail_hook(step_, name)
                           : model::juju::requeue_hook(step_, name);
  }
  wait_for_poll(world_, name);
  hooks_.erase(name);
  step_done();
  return committed;
}

void ModelJuju::scale(std::uint16_t units) {
  CHECK(units <= deployment_.most_units);
  model::juju::request_scale(step_, units);
}

void ModelJuju::set_configuration(std::size_t index) {
  CHECK(index < deployment_.configurations.size());
  model::juju::set_configuration(step_, static_cast<std::uint8_t>(index));
}

void ModelJuju::integrate(std::size_t client) {
  CHECK(client < deployment_.clients.size());
  model::juju::relate(step_, client);
}

void ModelJuju::remove_relation(std::size_t client) { model::juju::unrelate(step_, client); }

// The number of an action is given anew once it is long over.
bool ModelJuju::run_action(UnitName name, std::string_view action, std::string parameters) {
  const auto found = std::ranges::find(charm_.actions, action);
  if (found == charm_.actions.end() || name.ordinal >= world_.unit_count()) return false;
  const std::size_t number = actions_asked_ % model::max_actions;
  parameters_.actions[number] = static_cast<std::uint8_t>(found - charm_.actions.begin());
  if (!model::juju::request_action(step_, name, static_cast<std::uint8_t>(number))) return false;
  action_parameters_[number] = std::move(parameters);
  ++actions_asked_;
  return true;
}

void ModelJuju::take_lease_from_holder(UnitName next) { model::juju::let_lease_go(step_, next); }

void ModelJuju::kill_pod(UnitName name, model::kubernetes::Return back) {
  model::kubernetes::kill_pod(step_, name, back);
  step_done();
}

void ModelJuju::workload_ended(UnitName name) {
  if (unit(name).pod.phase != model::PodPhase::terminating) return;
  unit(name).container.service_running = false;
  model::kubernetes::process_ended(step_, name);
  step_done();
}

bool ModelJuju::is_leader(UnitName name) {
  bool& told = unit(name).process.told_not_leader;
  told = told || !model::juju::is_leader(world_, name);
  return !told;
}

}  // namespace agent
