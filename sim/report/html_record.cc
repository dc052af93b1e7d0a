#include "sim/report/html_record.h"

#include <algorithm>

#include "sim/report/event_text.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

std::string_view to_text(Disturbance disturbance) {
  switch (disturbance) {
    case Disturbance::none: return {};
    case Disturbance::refused: return "refused";
    case Disturbance::lost: return "answer lost";
    case Disturbance::slow: return "slow";
    case Disturbance::throttled: return "throttled";
  }
  return {};
}

// [node, arrow], and [node] where it ended.
Json path_json(const charm::Path& path) {
  Json steps = Json::array();
  for (const charm::Path::Step& step : path.steps()) {
    Json item = Json::array({step.node});
    if (!step.arrow.empty()) item.push_back(step.arrow);
    steps.push_back(std::move(item));
  }
  return steps;
}

std::string handler_text(const charm::AppName& app, const charm::CharmDefinition& charm,
                         const TraceEvent& event) {
  std::string text(event.handler->name);
  text += other_event(charm, event) + about(app, event.event);
  if (event.reemitted) text += " again";
  if (event.kind == TraceKind::handler_merged) return text + ": queued already, merged";
  return text.append(event.outcome.deferred() ? ": deferred, " : ": ").append(event.outcome.reason);
}

std::string ended_text(const TraceEvent& event) {
  std::string text = "hook ";
  text += event.end == HookEnd::ok ? std::string_view("ended") : to_text(event.end);
  return event.text.empty() ? text : text.append(": ").append(event.text);
}

std::string event_text(const charm::AppName& app, const charm::CharmDefinition& charm,
                       const TraceEvent& event) {
  const auto both = [&event](std::string_view begin, std::string_view between) {
    std::string text = std::string(begin).append(event.text);
    return event.detail.empty() ? text : text.append(between).append(event.detail);
  };
  switch (event.kind) {
    case TraceKind::hook_started: return hook_name(charm, event.event) + about(app, event.event);
    case TraceKind::handler_ended:
    case TraceKind::handler_merged: return handler_text(app, charm, event);
    case TraceKind::hook_ended: return ended_text(event);
    case TraceKind::status: {
      std::string text = std::string("status ").append(charm::to_text(event.status.kind));
      if (event.status.message.empty()) return text;
      return text.append(": ").append(event.status.message);
    }
    case TraceKind::fact: {
      std::string text = fact_text(app, event.fact);
      return event.text.empty() ? text : text.append(": ").append(event.text);
    }
    case TraceKind::fault: return both("", " at ");
    case TraceKind::story: return both("", ": ");
    case TraceKind::settled: return "all is as it shall be";
    case TraceKind::unsettled: return "not all is as it shall be";
    case TraceKind::violated: return both("", ": ");
  }
  return {};
}

Json fields_json(std::span<const StateField> fields) {
  Json list = Json::array();
  for (const StateField& field : fields) {
    list.push_back({{"key", field.key},
                    {"group", field.group},
                    {"label", field.label},
                    {"role", to_text(field.role)}});
  }
  return list;
}

}  // namespace

HtmlRecord::HtmlRecord(const charm::CharmDefinition& charm, const Scenario& scenario,
                       Simulation& simulation)
    : charm_(charm), scenario_(scenario), simulation_(simulation) {
  const std::uint16_t units = simulation.world().unit_count();
  running_.resize(units);
  queues_.resize(units);
  units_.assign(units, StateTexts(unit_fields().size()));
  cluster_.resize(cluster_fields().size());
  simulation.trace().listen(this);
  simulation.show_to(this);
}

StateView HtmlRecord::view_of(const model::World& world) const {
  return {world, simulation_.texts(), scenario_, charm_};
}

std::size_t HtmlRecord::text_id(const std::string& text) {
  const auto [found, is_new] = text_ids_.emplace(text, texts_.size());
  if (is_new) texts_.push_back(text);
  return found->second;
}

// --- the state ---

void HtmlRecord::note_changes(const model::World& world, std::size_t event) {
  const auto note = [this, event](int whose, StateTexts& before, StateTexts now) {
    for (std::size_t field = 0; field < now.size(); ++field) {
      if (before[field] == now[field]) continue;
      changes_.push_back(Json::array({event, whose, field, text_id(now[field])}));
    }
    before = std::move(now);
  };
  const StateView view = view_of(world);
  note(-1, cluster_, cluster_state(view));
  const auto count = static_cast<std::uint16_t>(units_.size());
  for (std::uint16_t at = 0; at < count; ++at) {
    note(at, units_[at], unit_state(view, charm::UnitName{at}));
  }
}

std::optional<Json> HtmlRecord::change_event(const model::World& world) const {
  std::string what;
  std::vector<int> whose;
  const auto look = [&what, &whose](int of, std::span<const StateField> fields,
                                    const StateTexts& before, const StateTexts& now) {
    for (std::size_t at = 0; at < fields.size(); ++at) {
      if (fields[at].role == FieldRole::quiet || before[at] == now[at]) continue;
      what.append(what.empty() ? "" : "; ").append(fields[at].label).append(": ");
      what.append(now[at].empty() ? "none" : now[at]);
      if (whose.empty() || whose.back() != of) whose.push_back(of);
    }
  };
  const StateView view = view_of(world);
  look(-1, cluster_fields(), cluster_, cluster_state(view));
  const auto count = static_cast<std::uint16_t>(units_.size());
  for (std::uint16_t at = 0; at < count; ++at) {
    look(at, unit_fields(), units_[at], unit_state(view, charm::UnitName{at}));
  }
  if (whose.empty()) return std::nullopt;
  Json event{{"kind", "change"}, {"family", "change"}, {"text", what}};
  if (whose.size() == 1 && whose[0] >= 0) event["unit"] = whose[0];
  return event;
}

// What no line of the trace tells of is an event of its own here.
void HtmlRecord::step_done(const model::World& world) {
  is_joint_ = false;
  auto event = change_event(world);
  if (event) note_changes(world, add_event(world.now().micros, *event));
}

// --- events ---

std::size_t HtmlRecord::add_event(std::int64_t at_us, const Json& event) {
  Json whole{{"at_us", at_us}};
  whole.update(event);
  events_.push_back(std::move(whole));
  return events_.size() - 1;
}

Json HtmlRecord::event_json(const TraceEvent& event) const {
  Json json{{"kind", sim::to_text(event.kind)},
            {"family", family_of(event)},
            {"text", event_text(scenario_.world.app, charm_, event)}};
  if (event.unit) json["unit"] = event.unit.ordinal;
  if (event.unit && running_[event.unit.ordinal]) json["hook"] = *running_[event.unit.ordinal];
  switch (event.kind) {
    case TraceKind::handler_ended:
      json["path"] = path_json(*event.path);
      json["deferred"] = event.outcome.deferred();
      json["chart"] = event.handler->chart;
      break;
    case TraceKind::hook_ended: json["end"] = sim::to_text(event.end); break;
    case TraceKind::fact:
      json["fact"] = sim::to_text(event.fact.kind);
      if (event.fact.kind == model::FactKind::streaming) json["other"] = event.fact.value;
      break;
    case TraceKind::violated: json["property"] = event.text; break;
    default: break;
  }
  return json;
}

void HtmlRecord::take(const TraceEvent& event) {
  Json json = event_json(event);
  if (is_joint_) json["joint"] = true;
  is_joint_ = true;
  const std::size_t at = add_event(event.at.micros, json);
  note_changes(simulation_.world(), at);
  switch (event.kind) {
    case TraceKind::hook_started: return start_hook(event, at);
    case TraceKind::handler_ended: return end_handler(event, at);
    case TraceKind::hook_ended: return end_hook(event, at);
    case TraceKind::fact:
      if (event.fact.kind == model::FactKind::flushed) commit_queue(*event.unit);
      return;
    default: return;
  }
}

// --- hooks ---

void HtmlRecord::start_hook(const TraceEvent& event, std::size_t at) {
  running_[(*event.unit).ordinal] = hooks_.size();
  events_[at]["hook"] = hooks_.size();
  Hook hook{.unit = *event.unit,
            .name = hook_name(charm_, event.event) + about(scenario_.world.app, event.event),
            .from_us = event.at.micros,
            .first = at,
            .last = at,
            .handler_from_us = event.at.micros};
  hooks_.push_back(std::move(hook));
  Queue& queue = queues_[(*event.unit).ordinal];
  queue.staged = queue.committed;
  queue.arcs = Json::array();
}

void HtmlRecord::end_handler(const TraceEvent& event, std::size_t at) {
  const std::uint16_t unit = (*event.unit).ordinal;
  Queue& queue = queues_[unit];
  if (event.reemitted) {
    const auto found = std::ranges::find_if(queue.staged, [&event](const Waiting& waiting) {
      return waiting.handler == event.handler && waiting.event == event.event;
    });
    if (found != queue.staged.end()) {
      queue.arcs.push_back({{"unit", unit}, {"from", found->from}, {"to", at}});
      queue.staged.erase(found);
    }
  }
  if (event.outcome.deferred()) queue.staged.push_back({event.handler, event.event, at});
  if (!running_[unit]) return;
  Hook& hook = hooks_[*running_[unit]];
  hook.handlers.push_back({{"name", event.handler->name},
                           {"from_us", hook.handler_from_us},
                           {"to_us", event.at.micros},
                           {"event", at},
                           {"calls", {hook.handler_calls, hook.calls.size()}},
                           {"deferred", event.outcome.deferred()},
                           {"again", event.reemitted}});
  hook.handler_from_us = event.at.micros;
  hook.handler_calls = hook.calls.size();
}

void HtmlRecord::end_hook(const TraceEvent& event, std::size_t at) {
  const std::uint16_t unit = (*event.unit).ordinal;
  if (!running_[unit]) return;
  Hook& hook = hooks_[*running_[unit]];
  hook.to_us = event.at.micros;
  hook.last = at;
  hook.end = sim::to_text(event.end);
  running_[unit].reset();
}

// A hook that fails leaves the queue as it was, and what it ran again waits on.
void HtmlRecord::commit_queue(charm::UnitName unit) {
  Queue& queue = queues_[unit.ordinal];
  queue.committed = queue.staged;
  for (Json& arc : queue.arcs) deferrals_.push_back(std::move(arc));
  queue.arcs = Json::array();
}

void HtmlRecord::call_begun(const model::World& world, const UnitRun& run, Call call) {
  is_joint_ = false;
  const auto& at = running_[run.name.ordinal];
  if (!at) return;
  const std::int64_t now_us = world.now().micros;
  // [from_us, to_us or -1, name, what strikes it]
  Json item = Json::array({now_us, -1, text_id(std::string(info(call).name))});
  if (run.disturbance != Disturbance::none) item.push_back(to_text(run.disturbance));
  hooks_[*at].calls.push_back(std::move(item));
}

void HtmlRecord::call_ended(const model::World& world, const UnitRun& run) {
  is_joint_ = false;
  const auto& at = running_[run.name.ordinal];
  if (!at || hooks_[*at].calls.empty()) return;
  hooks_[*at].calls.back()[1] = world.now().micros;
}

// --- all of it ---

Json HtmlRecord::json() const {
  Json units = Json::array();
  const auto count = static_cast<std::uint16_t>(units_.size());
  for (std::uint16_t at = 0; at < count; ++at) {
    units.push_back(charm::to_text(scenario_.world.app, charm::UnitName{at}));
  }
  Json hooks = Json::array();
  for (const Hook& hook : hooks_) {
    hooks.push_back({{"unit", hook.unit.ordinal},
                     {"name", hook.name},
                     {"from_us", hook.from_us},
                     {"to_us", hook.to_us},
                     {"first", hook.first},
                     {"last", hook.last},
                     {"end", hook.end},
                     {"handlers", hook.handlers},
                     {"calls", hook.calls}});
  }
  Json deferrals = deferrals_;
  const auto queue_count = static_cast<std::uint16_t>(queues_.size());
  for (std::uint16_t at = 0; at < queue_count; ++at) {
    for (const Waiting& waiting : queues_[at].committed) {
      deferrals.push_back({{"unit", at}, {"from", waiting.from}});
    }
  }
  return {{"units", std::move(units)},
          {"unit_fields", fields_json(unit_fields())},
          {"cluster_fields", fields_json(cluster_fields())},
          {"texts", texts_},
          {"events", events_},
          {"hooks", std::move(hooks)},
          {"deferrals", std::move(deferrals)},
          {"changes", changes_}};
}

}  // namespace sim
