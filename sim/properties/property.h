// What must hold, has to come about, or has been seen at least once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "charm/runtime/definition.h"
#include "model/step.h"
#include "model/text.h"
#include "sim/properties/memory.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/trace.h"

namespace sim {

enum class Form : std::uint8_t {
  always,      // judged after every step that it cares about
  eventually,  // judged when the story and the faults are over: it must come true and stay so
  sometimes,   // a witness: some run got there; without it, green may mean that nothing happened
  within,      // a bound: it comes about in that time, whenever what it assumes holds
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
  std::string_view action_text = {};  // of an action, what its operator will read
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
  const Memory* memory = nullptr;            // of the run, as it was before this step
};
// As a judgement names it: `postgresql-k8s/0`.
inline std::string name_of(const Moment& moment, charm::UnitName unit) {
  return to_text(moment.scenario.world.app, unit);
}

// Which moments a property cares about: a bit for each kind of fact, and two more.
class Occasions {
 public:
  static constexpr std::size_t handler_end = model::fact_kind_count;
  static constexpr std::size_t dispatch_end = handler_end + 1;
  static constexpr std::size_t count = dispatch_end + 1;

  constexpr Occasions() = default;
  constexpr explicit Occasions(std::size_t bit) { words_[bit / 64] = std::uint64_t{1} << bit % 64; }
  [[nodiscard]] constexpr bool contains(std::size_t bit) const {
    return (words_[bit / 64] >> bit % 64 & 1U) != 0;
  }
  friend constexpr Occasions operator|(Occasions a, Occasions b) {
    for (std::size_t at = 0; at < a.words_.size(); ++at) a.words_[at] |= b.words_[at];
    return a;
  }

 private:
  std::array<std::uint64_t, (count + 63) / 64> words_{};
};
inline constexpr Occasions on_handler_end{Occasions::handler_end};
inline constexpr Occasions on_dispatch_end{Occasions::dispatch_end};
template <class... Kinds>
constexpr Occasions on_facts(Kinds... kinds) {
  return (Occasions(static_cast<std::size_t>(kinds)) | ...);
}

struct Property {
  std::string_view name;
  Form form = Form::always;
  // always, sometimes: the moments at which it is judged. The others: ignored.
  Occasions on;
  // always, within: what is broken. eventually: what is missing. sometimes: a text, once it is
  // seen.
  std::optional<std::string> (*judge)(const Moment& moment) = nullptr;
  // eventually, within: what it takes for granted about the world, said with each verdict.
  std::string_view fairness;
  // In patroni-and-kubernetes.md, section 9; empty if it is none of those.
  std::string_view id = {};
};

std::string_view to_text(Form form);

// What the simulator asks of every charm, beside the charm's own properties.
inline constexpr std::string_view hooks_are_deterministic = "hooks are deterministic";
inline constexpr std::string_view paths_are_walks = "every path is a walk of its chart";
inline constexpr std::string_view handlers_are_idempotent =
    "a hook that is run again in a settled world changes nothing";
inline constexpr std::string_view story_is_told = "the story is told";

// The properties that come with PostgreSQL's charm.
std::span<const Property> postgresql_properties();

}  // namespace sim
