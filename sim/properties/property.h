// What must hold, has to come about, or has been seen at least once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "charm/runtime/definition.h"
#include "model/step.h"
#include "model/text.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/trace.h"

namespace sim {

enum class Form : std::uint8_t {
  always,      // judged after every step that it cares about
  eventually,  // judged when the story and the faults are over: it must come true and stay so
  sometimes,   // a witness: some run got there; without it, green may mean that nothing happened
};

// A handler, or a whole dispatch, that has just ended.
struct HandlerEnding {
  charm::UnitName unit;
  const charm::Handler& handler;
  const charm::Outcome& outcome;
  const charm::Path& path;
  bool reemitted = false;
};
struct DispatchEnding {
  charm::UnitName unit;
  charm::Event event;
  HookEnd end = HookEnd::ok;
  bool after_flush = false;  // killed: its writes had been committed
  std::string_view error;
};

// A moment of a run, as a property sees it.
struct Moment {
  const model::World& world;
  const Scenario& scenario;
  const charm::CharmDefinition& charm;
  const model::Texts& texts;
  std::span<const model::Fact> facts;        // of the step that has just been
  const HandlerEnding* handler = nullptr;    // or nothing
  const DispatchEnding* dispatch = nullptr;  // or nothing
};

// Which moments a property cares about: a bit for each kind of fact, and these.
inline constexpr std::uint64_t on_handler_end = std::uint64_t{1} << 62U;
inline constexpr std::uint64_t on_dispatch_end = std::uint64_t{1} << 63U;
template <class... Kinds>
constexpr std::uint64_t on_facts(Kinds... kinds) {
  return ((std::uint64_t{1} << static_cast<unsigned>(kinds)) | ...);
}
static_assert(model::fact_kind_count < 62);

struct Property {
  std::string_view name;
  Form form = Form::always;
  // always, sometimes: the moments at which it is judged. eventually: ignored.
  std::uint64_t on = 0;
  // always: what is broken. eventually: what is missing. sometimes: a text, once it is seen.
  std::optional<std::string> (*judge)(const Moment& moment) = nullptr;
  // eventually: what it takes for granted about the world, said with each verdict.
  std::string_view fairness;
};

std::string_view to_text(Form form);

// What the simulator asks of every charm, beside the charm's own properties.
inline constexpr std::string_view hooks_are_deterministic = "hooks are deterministic";
inline constexpr std::string_view paths_are_walks = "every path is a walk of its chart";
inline constexpr std::string_view story_is_told = "the story is told";

// The properties that come with PostgreSQL's charm.
std::span<const Property> postgresql_properties();

}  // namespace sim
