// A run from its beginning to its verdict: what happens when a timer fires, and what is judged.
#include "sim/simulation.h"

#include <algorithm>

#include "model/fingerprint.h"
#include "model/juju.h"
#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni_objects.h"
#include "model/pebble.h"
#include "model/postgresql.h"
#include "model/timing.h"
#include "sim/footprint.h"
#include "sim/settling.h"
#include "sim/unit_side.h"

namespace sim {
namespace {

using charm::UnitName;

bool has_endpoint(const charm::CharmDefinition& charm, std::string_view name) {
  return std::ranges::find(charm.relations.subspan(charm.peer_relations()), name) !=
         charm.relations.end();
}

model::Parameters parameters_of(const Scenario& scenario, const charm::CharmDefinition& charm) {
  return {.ttl = scenario.world.patroni.ttl,
          .loop_wait = scenario.world.patroni.loop_wait,
          .primary_start_timeout = scenario.world.patroni.primary_start_timeout,
          .retry_timeout = scenario.world.patroni.retry_timeout,
          .patroni = scenario.world.patroni_version,
          .race_mended = scenario.world.race_mended,
          .client_period = scenario.world.client_writes_every,
          .synchronous_commit = scenario.world.synchronous_commit,
          .relation_count = static_cast<std::uint8_t>(charm.peer_relations()),
          .has_storage = !charm.storages.empty(),
          .serves_clients = has_endpoint(charm, "database"),
          .asks_certificates = has_endpoint(charm, "certificates"),
          .actions = kinds_of_actions(scenario, charm),
          .update_status_interval = scenario.world.update_status_interval};
}

// Room for every notice that can be queued where equal ones are merged; otherwise for so many that
// a charm which needs more has lost its way.
std::size_t notice_capacity(const Scenario& scenario, std::uint16_t units,
                            const charm::CharmDefinition& charm) {
  constexpr std::size_t with_duplicates = 256;
  if (charm.duplicates == charm::Duplicates::kept) return with_duplicates;
  std::size_t count = 0;
  for (const charm::Handler& handler : charm.handlers) {
    if (handler.on == charm::EventKind::action) continue;  // never deferred
    if (charm.is_with_others({.kind = handler.on, .subject = handler.subject})) {
      // Of the other application's unit, or of none.
      count += 2U * (clients(scenario).size() + providers(scenario).size());
      continue;
    }
    const bool is_of_relation = subject_of(handler.on) == charm::Subject::relation;
    const bool is_departure = handler.on == charm::EventKind::relation_departed;
    // Of each unit, or of none; a departure also tells whether it is this one that departs.
    count += is_departure ? 2U * units : is_of_relation ? units + 1U : 1U;
  }
  return std::max(count, model::World::default_notice_capacity(units));
}

}  // namespace

Simulation::Simulation(const Scenario& scenario, const CharmUnderTest& charm, Options options)
    : scenario_(scenario),
      configurations_(configurations(scenario)),
      charm_(charm),
      options_(options),
      parameters_(parameters_of(scenario, *charm.definition)),
      blank_(unit_capacity(scenario),
             notice_capacity(scenario, unit_capacity(scenario), *charm.definition)),
      world_(blank_),
      step_{world_, facts_, parameters_, this, options.client_log},
      story_(scenario_) {
  if (is_coarse()) canonical_.emplace(blank_, scenario_.world.patroni.ttl);
  CHECK(charm.properties.size() <= PropertySet::capacity);
  for (std::size_t at = 0; at < charm.properties.size(); ++at) {
    for (std::size_t bit = 0; bit < Occasions::count; ++bit) {
      if (charm.properties[at].on.contains(bit)) judged_on_[bit].insert(at);
    }
  }
  for (std::uint16_t ordinal = 0; ordinal < world_.unit_count(); ++ordinal) {
    units_.emplace_back(*this, UnitName{ordinal});
    if (is_coarse()) units_.back().run.log.keep_digest();
  }
  executor_ = make_executor(options.executor, world_.unit_count(), [this](UnitRun& run) {
    units_[run.name.ordinal].dispatch();
    if (run.in_call || !run.log.at_end(run.cursor)) report_early_end(run);
    run.ended = true;
  });
}

Simulation::~Simulation() = default;

Verdict Simulation::run(Choices& choices) {
  begin(choices);
  if (!ended_) {
    while (advance()) {
    }
  }
  return end();
}

void Simulation::begin(Choices& choices) {
  choices_ = &choices;
  prepare();
  if (is_coarse()) widen_fresh();
}

Verdict Simulation::end() {
  finish();
  return std::move(verdict_);
}

void Simulation::prepare() {
  for (UnitSide& side : units_) {
    if (side.run.active || side.run.doomed) {
      side.run.doomed = true;
      executor_->unwind(side.run);
    }
    side.run.active = side.run.in_call = false;
  }
  world_ = blank_;
  chosen_.reset();
  fired_.reset();
  facts_.clear();
  verdict_ = {};
  ended_ = settled_ = false;
  may_have_settled_ = true;
  last_missing_ = nullptr;
  forget(memory_, world_.unit_count());
  settled_since_ = {};
  fault_budget_ = scenario_.faults.budget;
  changes_left_ = scenario_.changes;
  witnesses_ = {};
  trace_.restart(options_.trace);
  add_first_units();
  schedule_mishap();
}

void Simulation::add_first_units() {
  const WorldSpec& spec = scenario_.world;
  model::Application& application = world_.shared().application;
  application.trusted = spec.trusted;
  model::juju::request_scale(step_, spec.units);
  for (const auto& [unit, time] : spec.container_reachable_after) {
    model::pebble::hold_until(step_, unit, time);
  }
  for (const auto& [unit, rate] : spec.clock_rate_ppm) {
    world_.unit(unit).surroundings.clock_rate_ppm = rate;
  }
  if (spec.leftovers) model::patroni_objects::leave_behind(step_);
  if (spec.service_routes_after > charm::Duration{0}) {
    application.primary_route_held = true;
    world_.arm(model::timer_id(model::WorldTimer::primary_route),
               model::exactly(spec.service_routes_after));
  }
  world_.arm(model::timer_id(model::WorldTimer::client), model::exactly(parameters_.client_period));
  step_done();
}

void Simulation::fire(model::TimerId id) {
  ++verdict_.actions;
  fired_ = id;
  if (!model::is_world_timer(id)) return fire_unit_timer(model::unit_of(id), model::unit_timer(id));
  switch (model::world_timer(id)) {
    case model::WorldTimer::lease_expiry: model::juju::on_lease_expiry(step_); break;
    case model::WorldTimer::primary_route: model::kubernetes::on_route_timer(step_); break;
    case model::WorldTimer::client: model::postgresql::write(step_); break;
    case model::WorldTimer::request: model::patroni::on_request_timer(step_); break;
    case model::WorldTimer::provisioner: model::juju::on_provisioner_timer(step_); break;
    case model::WorldTimer::client_0: model::juju::on_client_timer(step_, 0); break;
    case model::WorldTimer::client_1: model::juju::on_client_timer(step_, 1); break;
    case model::WorldTimer::client_2: model::juju::on_client_timer(step_, 2); break;
    case model::WorldTimer::client_3: model::juju::on_client_timer(step_, 3); break;
    case model::WorldTimer::provider_0: model::juju::on_provider_timer(step_, 0); break;
    case model::WorldTimer::provider_1: model::juju::on_provider_timer(step_, 1); break;
    case model::WorldTimer::rollout:
      model::kubernetes::on_rollout_timer(step_);
      cancel_dead_runs();
      break;
    case model::WorldTimer::story: go_on_with_story(); break;
    case model::WorldTimer::mishap: on_mishap_timer(); break;
    case model::WorldTimer::api: model::network::on_api_timer(step_); break;
  }
  step_done();
}

void Simulation::go_on_with_story() {
  TraceEvent event{.at = world_.now(), .kind = TraceKind::story};
  event.text = story_.current(world_).text;
  settled_ = false;
  may_have_settled_ = true;
  if (!story_.perform(step_)) event.detail = "no effect";
  trace_.record(event);
  cancel_dead_runs();
}

void Simulation::fire_unit_timer(UnitName unit, model::UnitTimer timer) {
  if (model::network::is_held(world_, unit, timer)) {
    return model::network::keep_for_later(world_, unit, timer);
  }
  UnitRun& run = units_[unit.ordinal].run;
  switch (timer) {
    case model::UnitTimer::agent: return look_for_hook(unit);
    case model::UnitTimer::call:
      ++verdict_.preemptions;
      executor_->go_on(run);
      if (run.ended && run.active) end_dispatch(run);
      return;
    case model::UnitTimer::deadline: world_.unit(unit).process.deadline_passed = true; break;
    case model::UnitTimer::lease: on_lease_timer(unit); break;
    case model::UnitTimer::container: model::pebble::on_container_timer(step_, unit); break;
    case model::UnitTimer::pod:
      model::kubernetes::on_pod_timer(step_, unit);
      cancel_dead_runs();
      break;
    case model::UnitTimer::ha: model::patroni::on_ha_timer(step_, unit); break;
    case model::UnitTimer::lock_expiry: model::patroni::on_lock_expiry(step_, unit); break;
    case model::UnitTimer::job: model::patroni::on_job_timer(step_, unit); break;
    case model::UnitTimer::update_status: model::juju::on_update_status_timer(step_, unit); break;
    case model::UnitTimer::replication: model::postgresql::on_replication_timer(step_, unit); break;
    case model::UnitTimer::recovery: model::network::on_recovery_timer(step_, unit); break;
    case model::UnitTimer::startup: model::patroni::on_startup_timer(step_, unit); break;
    case model::UnitTimer::watch: model::patroni::on_watch_timer(step_, unit); break;
    case model::UnitTimer::service: model::pebble::on_service_timer(step_, unit); break;
  }
  step_done();
}

// --- what a step has brought about ---

Moment Simulation::moment(const HandlerEnding* handler, const DispatchEnding* dispatch) const {
  return {world_,   scenario_, *charm_.definition, texts_, {facts_.begin(), facts_.size()}, handler,
          dispatch, &memory_};
}

void Simulation::step_done(const HandlerEnding* handler, const DispatchEnding* dispatch) {
  if (options_.footprint != nullptr) {
    options_.footprint->note(facts_, handler != nullptr, dispatch != nullptr);
  }
  if (handler != nullptr || dispatch != nullptr || !facts_.empty()) {
    PropertySet properties;
    if (handler != nullptr) properties |= judged_on_[Occasions::handler_end];
    if (dispatch != nullptr) properties |= judged_on_[Occasions::dispatch_end];
    for (const model::Fact& fact : facts_) {
      properties |= judged_on_[static_cast<std::size_t>(fact.kind)];
    }
    may_have_settled_ = true;
    if (trace_.on()) record_facts();
    const Moment now = moment(handler, dispatch);
    judge(properties, now);
    observe(memory_, now);
    facts_.clear();
  }
  for (RunWatch* watch : watches_) watch->step_done(world_);
  if (world_.now().micros >= memory_.bounds.next_due_us) judge_bounds();
  story_.look(step_, settled_);
  watch_for_settling();
}

void Simulation::judge_bounds() {
  const Moment now = moment(nullptr, nullptr);
  expire(memory_.bounds, now);
  if (memory_.bounds.overdue == 0) return;
  for (const Property& property : charm_.properties) {
    if (property.form != Form::within) continue;
    if (auto text = property.judge(now)) break_property(property.name, property.form, *text);
  }
  memory_.bounds.forget_overdue();
}

void Simulation::judge(const PropertySet& properties, const Moment& moment) {
  properties.for_each([this, &moment](std::size_t at) {
    const Property& property = charm_.properties[at];
    if (property.form == Form::sometimes && witnesses_.contains(at)) return;
    auto text = property.judge(moment);
    if (!text) return;
    if (property.form == Form::sometimes) {
      witnesses_.insert(at);
      verdict_.witnesses.push_back(property.name);
    } else {
      break_property(property.name, property.form, std::move(*text));
    }
  });
}

// A scenario may leave out properties of the charm, but not what makes a run a run.
bool Simulation::is_asked_for(std::string_view property) const {
  const auto& names = scenario_.holds;
  if (names.empty() || std::find(names.begin(), names.end(), property) != names.end()) return true;
  return std::none_of(charm_.properties.begin(), charm_.properties.end(),
                      [property](const Property& known) { return known.name == property; });
}

void Simulation::break_property(std::string_view property, Form form, std::string what) {
  if (!is_asked_for(property)) return;
  note_violation(property, form, std::move(what));
  verdict_.end = RunEnd::violated;
  ended_ = true;
}

void Simulation::note_violation(std::string_view property, Form form, std::string what) {
  if (trace_.on()) {
    TraceEvent event{.at = world_.now(), .kind = TraceKind::violated};
    event.text = property;
    event.detail = what;
    trace_.record(event);
  }
  verdict_.violations.push_back({property, form, std::move(what), world_.now(), trace_.count()});
}

// A calm run is a run without deviations, however its choices were made: so a replay judges alike.
void Simulation::judge_witnesses() {
  if (!verdict_.ok() || verdict_.end == RunEnd::interrupted || !choices_->taken().empty()) return;
  for (std::size_t at = 0; at < charm_.properties.size(); ++at) {
    const std::string_view name = charm_.properties[at].name;
    const bool reached = witnesses_.contains(at);
    if (reached || std::ranges::find(scenario_.witnesses, name) == scenario_.witnesses.end())
      continue;
    note_violation(name, Form::sometimes,
                   "the scenario names it as a witness, and the calm run did not get there");
  }
}

const Property* Simulation::unsettled(std::string& what) const {
  const Moment now = moment(nullptr, nullptr);
  for (const Property& property : charm_.properties) {
    if (property.form != Form::eventually) continue;
    if (!is_asked_for(property.name)) continue;
    if (auto missing = property.judge(now)) {
      what = std::move(*missing);
      return &property;
    }
  }
  return nullptr;
}

// "Eventually" is judged when the story is told and no fault can strike any more: it must come
// true, and stay so for a while.
void Simulation::watch_for_settling() {
  if (ended_) return;
  if (options_.interrupted != nullptr && options_.interrupted->load(std::memory_order_relaxed)) {
    verdict_.end = RunEnd::interrupted;
    ended_ = true;
    return;
  }
  if (may_have_settled_) look_whether_settled();
  if (!settled_ || !story_.is_over(world_)) return;
  const charm::Instant faults_end{scenario_.faults.until.count()};
  const charm::Instant since = std::max(settled_since_, faults_end);
  if (world_.now() < since + settling_time) return;
  verdict_.end = RunEnd::settled;
  ended_ = true;
}

// What properties can see changes with facts, statuses and ends of handlers and dispatches only.
void Simulation::look_whether_settled() {
  may_have_settled_ = false;
  std::string what;
  const Property* missing = unsettled(what);
  if (missing != nullptr) last_missing_ = missing;
  const bool holds_now = missing == nullptr && !is_changing_leader();
  if (holds_now != settled_ && trace_.on()) {
    trace_.record(
        {.at = world_.now(), .kind = holds_now ? TraceKind::settled : TraceKind::unsettled});
  }
  if (holds_now && !settled_) settled_since_ = world_.now();
  settled_ = holds_now;
}

void Simulation::finish() {
  if (verdict_.end == RunEnd::horizon) {
    std::string what;
    if (const Property* property = unsettled(what)) {
      break_property(property->name, property->form, std::move(what));
    } else if (!story_.is_over(world_)) {
      break_property(story_is_told, Form::eventually,
                     "the step '" + story_.current(world_).text + "' was never due");
    } else if (last_missing_ != nullptr) {
      break_property(last_missing_->name, Form::eventually,
                     "it came true, but had not stayed so for 30 s at the horizon");
    }
    verdict_.end = RunEnd::horizon;
  }
  judge_idempotence();
  judge_witnesses();
  verdict_.bounds = memory_.bounds.kept;
  verdict_.simulated = world_.now();
  verdict_.fingerprint = trace_.fingerprint();
  verdict_.world_fingerprint = model::fingerprint(world_, texts_);
}

}  // namespace sim
