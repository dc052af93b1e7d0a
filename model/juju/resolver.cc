// Which hook a unit's agent runs next: the resolver's list, first match wins, over what the agent's
// watchers have delivered. Source: juju-and-pebble.md, sections 4.4, 4.7, 4.8.
#include <bit>

#include "model/juju/parts.h"
#include "model/timing.h"

namespace model::juju {
namespace {

using charm::Event;
using charm::EventKind;
using charm::UnitName;

// The streams by which changes in the controller reach an agent, each by itself: nothing is known
// of the order between two of them (section 7.1).
enum class Watch : std::uint8_t {
  life,
  leadership,
  secrets,
  storage,
  units,
  application,
  config,
  actions,
  relations,  // with other applications: that they are there
};
constexpr unsigned watch_count = 9;

using Watches = std::uint16_t;  // a bit for each
constexpr Watches bit(Watch watch) {
  return static_cast<Watches>(1U << static_cast<unsigned>(watch));
}

bool is_configuration_due(const World& world, const UnitState& unit) {
  const Application& application = world.shared().application;
  const AgentRecord& record = unit.record;
  return record.told_configuration != application.configuration ||
         record.told_trust != application.trusted || has_new_address(unit);
}

// What there is to be delivered.
Watches changes(const Step& step, UnitName name, bool has_storage) {
  const World& world = step.world;
  const UnitState& unit = world.unit(name);
  const AgentRecord& record = unit.record;
  const bool alive = record.life == Life::alive;
  Watches set = alive || record.told_dying ? Watches{0} : bit(Watch::life);
  const auto add = [&set](Watch watch, bool due) {
    if (due) set = static_cast<Watches>(set | bit(watch));
  };
  add(Watch::leadership, record.installed && !record.leader_flag && is_leader(world, name));
  add(Watch::secrets, has_new_revision(world, name));
  add(Watch::storage, has_storage && record.installed && record.storage_attached != alive);
  add(Watch::actions, record.installed && record.actions_due != 0);
  add(Watch::relations, clients_to_create(world, name) != 0);
  if (!record.started) return set;
  constexpr RelationView units{.units = true, .application = false};
  constexpr RelationView application{.units = false, .application = true};
  for (std::uint8_t relation = 0; relation < step.parameters.relation_count; ++relation) {
    const PeerView& view = record.peers[relation];
    add(Watch::units, !view.unit_data_due.empty() || !departed(world, name, relation).empty() ||
                          !not_joined(world, name, relation).empty());
    add(Watch::application, view.app_data_due);
  }
  add(Watch::units, clients_due(step, name, units) != 0);
  add(Watch::application, clients_due(step, name, application) != 0);
  add(Watch::config, !record.config_due && is_configuration_due(world, unit));
  return set;
}

// One of the changes may still be on its way.
Watches delivered(Step& step, UnitName name, Watches all) {
  std::uint32_t late =
      step.choose(Fork::unseen, name, 1U + static_cast<unsigned>(std::popcount(all)));
  if (late == 0) return all;
  for (unsigned watch = 0; watch < watch_count; ++watch) {
    const auto mask = static_cast<Watches>(1U << watch);
    if ((all & mask) != 0 && --late == 0) return static_cast<Watches>(all & ~mask);
  }
  return all;
}

// The agent's look: what it sees of its unit at this moment.
class Look {
 public:
  Look(Step& step, UnitName name, Watches seen) : step_(step), name_(name), seen_(seen) {}

  // Items 3 to 9 of the list: what comes before anything that was queued.
  std::optional<Event> urgent_hook() {
    if (!record().installed) return std::nullopt;
    if (!sees(Watch::life)) {
      if (auto event = relation_created()) return event;
    }
    if (auto event = leader_elected()) return event;
    if (process().pebble_ready_due) {
      process().pebble_ready_due = false;
      return plain(EventKind::pebble_ready);
    }
    if (sees(Watch::secrets) && !sees(Watch::life)) return plain(EventKind::secret_changed);
    if (sees(Watch::actions)) return next_action(step_, name_);
    return storage_hook();
  }

  // Item 9 alone also comes before a hook that is queued, once the unit has started.
  std::optional<Event> storage_hook() const {
    if (!sees(Watch::storage)) return std::nullopt;
    if (!record().storage_attached && !sees(Watch::life)) {
      return Event{EventKind::storage_attached, 0, {}, {}};
    }
    if (record().storage_attached && sees(Watch::life)) {
      return Event{EventKind::storage_detaching, 0, {}, {}};
    }
    return std::nullopt;
  }

  // Item 12: the agent has nothing else to do.
  std::optional<Event> idle_hook() {
    if (sees(Watch::life)) return teardown_hook();
    if (!record().installed) return plain(EventKind::install);
    if (record().config_due || sees(Watch::config)) return plain(EventKind::config_changed);
    if (!record().started) return std::nullopt;
    if (auto event = any_relation_hook()) return event;
    if (process().update_status_due) {
      process().update_status_due = false;
      return plain(EventKind::update_status);
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] AgentRecord& record() const { return step_.world.unit(name_).record; }
  [[nodiscard]] AgentProcess& process() const { return step_.world.unit(name_).process; }
  [[nodiscard]] bool sees(Watch watch) const { return (seen_ & bit(watch)) != 0; }

  // Any of the relations that have not been created yet: the peers', then the clients'.
  std::optional<Event> relation_created() {
    const std::uint8_t peers = step_.parameters.relation_count;
    const unsigned all = (1U << peers) - 1U;
    const unsigned peers_left = all & ~unsigned{record().relations_created};
    // That there is a relation with another application is news, too.
    const ClientSet clients =
        sees(Watch::relations) ? clients_to_create(step_.world, name_) : ClientSet{0};
    const unsigned left = peers_left | unsigned{clients} << peers;
    if (left == 0) return std::nullopt;
    if (!record().in_scope) enter_scope(step_, name_);
    const unsigned at = any_of(left);
    if (at >= peers) return create_client(step_, name_, at - peers);
    return Event{EventKind::relation_created, static_cast<std::uint8_t>(at), {}, {}};
  }

  // One of the bits: nothing orders them.
  unsigned any_of(unsigned bits) {
    std::uint32_t skip =
        step_.choose(Fork::order, name_, static_cast<unsigned>(std::popcount(bits)));
    for (; skip > 0; --skip) bits &= bits - 1U;
    return static_cast<unsigned>(std::countr_zero(bits));
  }

  // What is due in each of the relations: between them nothing is ordered (section 3.4).
  std::optional<Event> any_relation_hook() {
    const RelationView seen{sees(Watch::units), sees(Watch::application)};
    return any_hook(
        [this, seen](std::uint8_t relation) {
          return relation_hook(step_.world, name_, relation, seen);
        },
        seen);
  }

  // `of_peers`: the hook that is due in one of the peer relations, if any.
  template <class OfPeers>
  std::optional<Event> any_hook(OfPeers of_peers, RelationView seen) {
    const std::uint8_t peers = step_.parameters.relation_count;
    unsigned left = unsigned{clients_due(step_, name_, seen)} << peers;
    for (std::uint8_t relation = 0; relation < peers; ++relation) {
      if (of_peers(relation)) left |= 1U << relation;
    }
    if (left == 0) return std::nullopt;
    const unsigned at = any_of(left);
    if (at < peers) return of_peers(static_cast<std::uint8_t>(at));
    return client_hook(step_, name_, at - peers, seen);
  }

  std::optional<Event> leader_elected() {
    if (sees(Watch::life) || !sees(Watch::leadership)) return std::nullopt;
    record().leader_flag = true;
    return plain(EventKind::leader_elected);
  }

  std::optional<Event> teardown_hook() {
    const RelationView everything;
    const auto of_peers = [this](std::uint8_t relation) {
      return departure_of_all(step_.world, name_, relation);
    };
    if (auto event = any_hook(of_peers, everything)) return event;
    if (record().started && !record().stopped) return plain(EventKind::stop);
    if (record().installed && !record().removed) return plain(EventKind::remove);
    die(step_, name_);
    return std::nullopt;
  }

  Step& step_;
  UnitName name_;
  Watches seen_;
};

}  // namespace

std::optional<Event> choose_hook(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  AgentRecord& record = unit.record;
  // Resigned; no hook tells of it. A dying leader keeps the lease, but not the flag (section 4.1).
  if (!is_leader(step.world, name) || record.life != Life::alive) record.leader_flag = false;
  const bool idle = record.step == HookStep::none;
  if (idle && unit.process.start_due && record.started) return plain(EventKind::start);
  const bool overtaken = record.step == HookStep::queued && record.started;
  Watches all = 0;
  if (idle || overtaken) all = changes(step, name, step.parameters.has_storage);
  Watches seen = delivered(step, name, all);
  if ((seen & bit(Watch::life)) != 0) record.told_dying = true;
  // What an agent knows of its unit's life it does not forget: its snapshot keeps the last news.
  if (record.told_dying && (idle || overtaken)) {
    all = static_cast<Watches>(all | bit(Watch::life));
    seen = static_cast<Watches>(seen | bit(Watch::life));
  }
  Look look(step, name, seen);
  if (idle) {
    if (auto event = look.urgent_hook()) return event;
  } else if (overtaken) {
    if (auto event = look.storage_hook()) return event;
  } else if (record.step == HookStep::failed) {
    if (auto event = next_action(step, name)) return event;
  }
  if (unit.process.shutting_down) {
    if (record.started && !record.stopped) return plain(EventKind::stop);
    return std::nullopt;
  }
  if (!idle) return record.hook;  // queued, or failed and due again
  auto event = look.idle_hook();
  if (!event && seen != all) wake_agent(step, name);
  return event;
}

}  // namespace model::juju
