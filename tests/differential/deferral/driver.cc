// The charm's own dispatch over sequences of hooks: a JSON line in, a JSON line out. Each charm
// revision is a table whose handlers do what the sequence says, and between two hooks nothing is
// left but the stored queue.
#include <array>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "charm/runtime/stored_queue.h"
#include "tests/charm/fake_ports.h"

namespace {

using charm::Event;
using charm::Outcome;
using nlohmann::json;

constexpr std::size_t most_rows = 16;

std::string unit_text(const charm::AppName& app, charm::MaybeUnit unit) {
  return unit ? to_text(app, *unit) : "-";
}

// Of others the relation, and the unit's number.
std::string remote_text(const charm::CharmDefinition& charm, const charm::AppName& app,
                        const Event& event) {
  if (!charm.is_with_others(event)) return unit_text(app, event.remote_unit);
  const std::string unit = event.remote_unit ? std::to_string(event.remote_unit.ordinal) : "-";
  return std::to_string(event.relation.number) + "/" + unit;
}

// A revision of the charm: its table, and the texts that the table refers to.
struct Revision {
  std::vector<std::string> texts;
  std::vector<std::string_view> relations;
  std::vector<std::string_view> storages;
  std::vector<charm::Handler> handlers;
  charm::CharmDefinition charm;
};

// The hook that runs: what its handlers shall do, call by call, and which have been called.
struct Hook {
  const charm::AppName* app = nullptr;
  const Revision* revision = nullptr;
  std::string outcomes;
  json calls = json::array();
  bool reemitted = false;  // the handler that is called next
};
Hook hook;

struct Observer final : charm::DispatchObserver {
  void handler_started(const charm::Handler&, const Event&, bool reemitted) override {
    hook.reemitted = reemitted;
  }
  void handler_ended(const charm::Handler&, const Outcome&, const charm::Path&) override {}
  void handler_merged(const charm::Handler&, const Event&) override {}
};

Outcome run_row(std::size_t row, const Event& event) {
  const charm::CharmDefinition& charm = hook.revision->charm;
  const std::size_t call = hook.calls.size();
  hook.calls.push_back({hook.reemitted ? "again" : "new", charm.handlers[row].name,
                        hook_name(charm, event), remote_text(charm, *hook.app, event),
                        unit_text(*hook.app, event.departing_unit)});
  const char told = call < hook.outcomes.size() ? hook.outcomes[call] : '.';
  if (told == 'x') throw charm::HookFailed("told to");
  return {told == 'd' ? Outcome::Kind::deferred : Outcome::Kind::done, "told to"};
}

// Handlers are plain functions, so each row has its own.
using Run = Outcome (*)(charm::Unit&, const Event&);
constexpr auto runs = []<std::size_t... row>(std::index_sequence<row...>) {
  return std::array<Run, sizeof...(row)>{
      [](charm::Unit&, const Event& event) { return run_row(row, event); }...};
}(std::make_index_sequence<most_rows>());

std::unique_ptr<Revision> revision_of(const json& given, charm::Duplicates duplicates) {
  auto made = std::make_unique<Revision>();
  made->texts.reserve(100);  // views point into it
  const auto keep = [&made](const json& text) -> std::string_view {
    CHECK(made->texts.size() < made->texts.capacity());
    return made->texts.emplace_back(text);
  };
  for (const json& name : given.at("relations")) made->relations.push_back(keep(name));
  for (const json& name : given.at("endpoints")) made->relations.push_back(keep(name));
  for (const json& name : given.at("storages")) made->storages.push_back(keep(name));
  made->charm = {"charm",   keep(given.at("container")), made->relations, made->storages, {},
                 duplicates};
  made->charm.client_endpoints = static_cast<std::uint8_t>(given.at("endpoints").size());
  for (const json& observer : given.at("observers")) {
    const std::size_t row = made->handlers.size();
    const std::string hook_text = observer[1];
    const auto event = parse_hook_name(made->charm, hook_text);
    CHECK(event.has_value());
    made->handlers.push_back({keep(observer[0]), "", event->kind, event->subject, runs.at(row)});
  }
  made->charm.handlers = made->handlers;
  return made;
}

json queue_json(const std::string& stored) {
  json queue = json::array();
  std::istringstream lines(stored);
  for (std::string handler, event, remote, departing;
       lines >> handler >> event >> remote >> departing;) {
    queue.push_back({handler, event, remote, departing});
  }
  return queue;
}

// One process of the charm: it knows nothing but its environment and what is stored.
json run_hook(const charm::AppName& app, const Revision& revision, const json& step,
              std::string& stored) {
  const json& variables = step.at("env");
  const auto lookup = [&variables](std::string_view name) -> std::optional<std::string_view> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->get_ref<const std::string&>();
  };
  const auto event = decode_event(revision.charm, app, lookup);
  CHECK(event.has_value());
  const auto queue = parse_stored_text(revision.charm, app, stored);
  CHECK(queue.has_value());

  charm::fake::World world;
  world.queue = *queue;
  charm::fake::FakeUnit self(world);
  Observer observer;
  hook = {&app, &revision, step.at("outcomes"), json::array(), false};
  const bool ok = dispatch(revision.charm, self.unit, *event, observer).ok;
  if (ok && world.queue_writes > 0) stored = to_stored_text(revision.charm, app, world.queue);
  return {{"ok", ok}, {"calls", hook.calls}, {"queue", queue_json(stored)}};
}

json run_sequence(const json& sequence) {
  const charm::AppName app{sequence.at("app")};
  const auto duplicates =
      sequence.at("duplicates") == "merged" ? charm::Duplicates::merged : charm::Duplicates::kept;
  std::vector<std::unique_ptr<Revision>> revisions;
  for (const json& given : sequence.at("revisions")) {
    revisions.push_back(revision_of(given, duplicates));
  }
  std::string stored;
  json results = json::array();
  for (const json& step : sequence.at("steps")) {
    results.push_back(run_hook(app, *revisions.at(step.at("revision")), step, stored));
  }
  return results;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << run_sequence(json::parse(line)).dump() << '\n';
  }
}
