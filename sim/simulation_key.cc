// The fingerprint by which the explorer tells the states of a run apart.
#include <algorithm>

#include "model/canonical.h"
#include "model/hash.h"
#include "sim/settling.h"
#include "sim/simulation.h"
#include "sim/unit_side.h"

namespace sim {
namespace {

class Hash {
 public:
  explicit Hash(std::uint64_t seed) : chain_(seed) {}

  void add(std::uint64_t number) { chain_.add(number); }
  void add(charm::MaybeUnit unit) { add(unit.ordinal); }
  void add(charm::MaybeMember member) { add(member.ordinal); }
  template <class T>
    requires std::has_unique_object_representations_v<T>
  void add_bytes(const T& value) {
    chain_.add_bytes(&value, sizeof value);
  }
  void add(const charm::UnitSet& units) { add_bytes(units); }
  void add(const charm::Event& event) {
    add(static_cast<std::uint64_t>(event.kind));
    add(event.subject);
    add(event.remote_unit);
    add(event.departing_unit);
    add(event.relation.number);
  }

  [[nodiscard]] std::uint64_t value() const { return chain_.value(); }

 private:
  model::Chain chain_;
};

// --- what the properties remember ---

// Whoever adds something to these adds it below, or says there why it decides nothing.
static_assert(sizeof(Memory) == 1232 && sizeof(Memory::Queue) == 14);
static_assert(sizeof(Bounds) == 760 && sizeof(UnitBounds) == 96);

// A moment that is past, and is asked for as "not before then".
std::uint64_t left_until(std::int64_t at_us, std::int64_t now_us) {
  if (at_us == Obligation::never) return ~std::uint64_t{0};
  return at_us > now_us ? static_cast<std::uint64_t>(at_us - now_us) : 0;
}

// Always inlined: two dozen of them are asked for, and a call would take the chain through memory.
[[gnu::always_inline]] inline void add(Hash& hash, const Obligation& one, std::int64_t now_us) {
  hash.add(std::uint64_t{one.is_open()});
  if (!one.is_open()) return;
  hash.add(static_cast<std::uint64_t>(now_us - one.since_us));
  hash.add(static_cast<std::uint64_t>(one.due_us - now_us));
  hash.add(one.unit);
}

void add(Hash& hash, const Bounds& bounds, const model::World& world) {
  const std::int64_t now_us = world.now().micros;
  const std::uint32_t newest = world.shared().dcs.lock_version;
  for (const Obligation& one : bounds.open) add(hash, one, now_us);
  for (const UnitBounds& unit : bounds.units) {
    for (const Obligation& one : unit.open) add(hash, one, now_us);
    hash.add(left_until(unit.unsteady_until_us, now_us));
    hash.add(left_until(unit.doubtful_until_us, now_us));
    // Compared with what the unit has read last.
    hash.add(unit.record_at_step == 0 ? 0 : 1 + std::uint64_t{newest} - unit.record_at_step);
    hash.add(std::uint64_t{unit.was_active});
  }
  hash.add(bounds.owed);
  hash.add(bounds.stepped);
  hash.add(left_until(bounds.unsteady_until_us, now_us));
  hash.add(bounds.primary);
  hash.add(bounds.lost);
  hash.add(bounds.overdue);
  hash.add(std::uint64_t{bounds.watches});
}

void add(Hash& hash, const Memory& memory, const model::World& world) {
  hash.add(memory.lock_version == 0
               ? 0
               : 1 + std::uint64_t{world.shared().dcs.lock_version} - memory.lock_version);
  // Compared with what they are next.
  hash.add(std::uint64_t{world.shared().dcs.transitions} - memory.transitions);
  hash.add(memory.lock_holder);
  hash.add(memory.sync_leader);
  hash.add(memory.sync_standbys);
  hash.add(static_cast<std::uint64_t>(memory.initialise));
  hash.add(memory.databases_made);
  hash.add(memory.history);
  hash.add(std::uint64_t{memory.initialised});
  hash.add(memory.has_database);
  hash.add(memory.started_rightly);
  hash.add(memory.took_the_lock);
  hash.add_bytes(memory.actions);
  hash.add_bytes(memory.altered);
  hash.add(memory.revised);
  hash.add(memory.led);
  hash.add(memory.ever_led);
  hash.add(memory.replicated);
  hash.add(memory.listed);
  hash.add(memory.labelled);
  hash.add(std::uint64_t{memory.partition_without_primary});
  add(hash, memory.bounds, world);
}

// --- a stopped hook ---

// It means something while the dispatch runs.
void add(Hash& hash, const Memory::Queue& queue, const model::World& world,
         const model::Texts& texts) {
  hash.add(queue.before);
  hash.add(queue.reemitted);
  hash.add(model::hash_text(texts.text_of(queue.status_text), 1));
  hash.add(std::uint64_t{world.shared().dcs.transitions} - queue.transitions);
  std::uint64_t flags = 0;
  for (const bool flag :
       {queue.led, queue.ailed, queue.forbidden, queue.started, queue.asked, queue.disturbed}) {
    flags = flags * 2 + std::uint64_t{flag};
  }
  hash.add(flags);
}

// What versions of objects and positions of WAL are measured by.
void add_measures(Hash& hash, const model::World& world) {
  const model::Dcs& dcs = world.shared().dcs;
  hash.add(dcs.lock_version);
  hash.add(dcs.config_version);
  hash.add(dcs.sync_version);
  for (const model::UnitState& unit : world.units()) {
    hash.add(unit.postgres.stint);
    hash.add(unit.postgres.lsn);
  }
}

void add(Hash& hash, const UnitRun& run, const model::World& world) {
  hash.add(run.event);
  hash.add(std::uint64_t{run.in_call} * 16 + static_cast<std::uint64_t>(run.disturbance));
  hash.add(run.log.digest());
  if (run.log.is_measured()) add_measures(hash, world);
  hash.add(model::hash_text(run.action_text, 1));
}

}  // namespace

std::uint64_t Simulation::state_key() {
  CHECK(canonical_.has_value());  // without a quantum answers are not digested, either
  const std::int64_t now_us = world_.now().micros;
  Hash hash(canonical_->of(world_, texts_));
  for (const UnitSide& side : units_) {
    hash.add(std::uint64_t{side.run.active});
    if (!side.run.active) continue;
    add(hash, side.run, world_);
    add(hash, memory_.queues[side.run.name.ordinal], world_, texts_);
  }
  add(hash, memory_, world_);
  hash.add_bytes(fault_budget_);
  // When faults may strike, and when they are over, after which it may settle.
  hash.add(left_until(scenario_.faults.from.count(), now_us));
  const std::int64_t faults_end_us = scenario_.faults.until.count();
  hash.add(left_until(faults_end_us, now_us));
  hash.add(std::uint64_t{settled_} * 2 + std::uint64_t{may_have_settled_});
  if (settled_) {  // all that is asked is whether it has been so for long enough
    const std::int64_t since_us = std::max(settled_since_.micros, std::min(faults_end_us, now_us));
    hash.add(static_cast<std::uint64_t>(std::min(now_us - since_us, settling_time.count())));
  }
  // What the story does at a moment of the run.
  for (std::size_t at = world_.shared().story_step; at < scenario_.story.size(); ++at) {
    const auto& moment = scenario_.story[at].at;
    if (moment) hash.add(left_until(moment->micros, now_us));
  }
  return hash.value();
}

}  // namespace sim
