// How a world lies in memory.
#include "model/world.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace model {
namespace {

constexpr std::size_t words_of(std::size_t bytes) { return (bytes + 7) / 8; }

// Every unit once, and as many again: room to see duplicates, which is a bug to be found, not an
// abort. A list's size has one byte.
constexpr std::size_t host_capacity(std::size_t units) {
  return std::min<std::size_t>(2 * units, 255);
}

// A notice as it lies in a list: each part in one byte, in which the largest number is none.
// Handlers of a charm, its relations, and those with others that a story makes are by far fewer,
// and whose units have larger numbers than a world has room for is no unit of it.
struct PackedNotice {
  static constexpr std::uint8_t none = 0xFF;

  std::uint8_t handler = 0;
  charm::EventKind kind = charm::EventKind::update_status;
  std::uint8_t subject = 0;
  std::uint8_t remote_unit = none;
  std::uint8_t departing_unit = none;
  std::uint8_t relation = 0;
};

// CHECKs that it has room in the byte, or is none.
std::uint8_t pack(std::uint16_t number, std::uint16_t none) {
  CHECK(number < PackedNotice::none || number == none);
  return static_cast<std::uint8_t>(number);
}
constexpr std::uint16_t unpack(std::uint8_t number, std::uint16_t none) {
  return number == PackedNotice::none ? none : number;
}

PackedNotice pack(const charm::Notice& notice) {
  const charm::Event& event = notice.event;
  CHECK(event.relation.number < PackedNotice::none);
  return {pack(notice.handler, charm::no_handler),
          event.kind,
          event.subject,
          pack(event.remote_unit.ordinal, charm::MaybeUnit::none),
          pack(event.departing_unit.ordinal, charm::MaybeUnit::none),
          static_cast<std::uint8_t>(event.relation.number)};
}

charm::Notice unpack(const PackedNotice& notice) {
  charm::Notice full;
  full.handler = unpack(notice.handler, charm::no_handler);
  full.event.kind = notice.kind;
  full.event.subject = notice.subject;
  full.event.remote_unit.ordinal = unpack(notice.remote_unit, charm::MaybeUnit::none);
  full.event.departing_unit.ordinal = unpack(notice.departing_unit, charm::MaybeUnit::none);
  full.event.relation.number = notice.relation;
  return full;
}

// The timers whose soonest is kept together: the world's, or those of one unit.
struct Group {
  std::size_t at = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = world_timer_count;
};

Group group_of(TimerId id) {
  if (is_world_timer(id)) return {};
  const std::uint32_t unit = unit_of(id).ordinal;
  const auto begin = static_cast<std::uint32_t>(world_timer_count + unit * unit_timer_count);
  return {unit + 1U, begin, begin + static_cast<std::uint32_t>(unit_timer_count)};
}

// A wide world keeps of each so many groups which is the soonest, and how many are due with it:
// else whoever asks for what comes next would look at each of a hundred units. In a narrow one,
// looking at all is as quick.
constexpr std::size_t led_together = 16;
constexpr bool has_leads = max_world_units > led_together;

constexpr std::size_t lead_count(std::size_t units) {
  return has_leads ? units / led_together + 1 : 0;
}

// Which timer of its group is the soonest, after the time of this one was changed.
std::uint32_t soonest_now(const std::int64_t* times, const Group& group, std::uint32_t first,
                          std::uint32_t changed, std::int64_t before) {
  const std::int64_t micros = times[changed];
  if (first != changed) {
    const bool sooner = micros < times[first];
    const bool tied = micros == times[first] && changed < first;
    return sooner || tied ? changed : first;
  }
  if (micros <= before) return first;  // it was the soonest, and still is
  // In registers, and without a branch on the times: a tenth of a random deployment's time.
  std::uint32_t found = group.begin;
  std::int64_t least = times[found];
  for (std::uint32_t at = found + 1; at < group.end; ++at) {
    const bool sooner = times[at] < least;  // a tie stays with the lower index
    found = sooner ? at : found;
    least = sooner ? times[at] : least;
  }
  return found;
}

}  // namespace

World::Layout World::layout_of(std::uint16_t units, std::size_t notice_capacity) {
  Layout layout;
  const std::size_t timers = world_timer_count + units * unit_timer_count;
  layout.units = words_of(sizeof(Shared));
  layout.earliest = layout.units + units * words_of(sizeof(UnitState));
  layout.latest = layout.earliest + timers;
  layout.soonest = layout.latest + timers;
  layout.leads = layout.soonest + words_of((units + 1U) * sizeof(std::uint32_t));
  layout.fresh = layout.leads + words_of(lead_count(units) * sizeof(Lead));
  layout.fresh_words = (timers + 63) / 64;
  layout.hosts = layout.fresh + layout.fresh_words;
  layout.hosts_stride = 1 + host_capacity(units);
  layout.notices = layout.hosts + words_of(2U * (units + 1U) * layout.hosts_stride);
  layout.notices_stride = 1 + (notice_capacity * notice_bytes + 7) / 8;
  layout.bags = layout.notices + 2U * units * layout.notices_stride;
  layout.states = layout.bags + words_of(std::size_t{units} * units * sizeof(std::uint16_t));
  layout.words = layout.states + words_of(std::size_t{2} * units * units);
  return layout;
}

World::World(std::uint16_t units, std::size_t notice_capacity)
    : layout_(layout_of(units, notice_capacity)), block_(layout_.words) {
  CHECK(units >= 1);
  CHECK(units <= max_world_units);
  static_assert(sizeof(UnitState) % 8 == 0);
  static_assert(sizeof(Shared) % 8 == 0);
  new (at(0)) Shared{};
  shared().units = units;
  for (UnitState& state : this->units()) new (&state) UnitState{};
  for (std::size_t timer = 0; timer < timer_count(); ++timer) {
    earliest()[timer] = latest()[timer] = charm::never.micros;
    const Group group = group_of({static_cast<std::uint32_t>(timer)});
    soonest()[group.at] = group.begin;
  }
  for (std::size_t at = 0; at < lead_count(units); ++at) renew_lead(at);
}

void World::advance_to(charm::Instant at) {
  CHECK(at.micros >= shared().now_us);
  shared().now_us = at.micros;
}

charm::UnitSet World::existing() const {
  charm::UnitSet set;
  const auto all = units();
  for (std::uint16_t ordinal = 0; ordinal < unit_count(); ++ordinal) {
    if (all[ordinal].exists) set.insert({ordinal});
  }
  return set;
}

charm::UnitSet World::planned() const {
  charm::UnitSet set;
  const auto all = units();
  for (std::size_t ordinal = 0; ordinal < all.size(); ++ordinal) {
    const bool alive = all[ordinal].exists && all[ordinal].record.life == Life::alive;
    if (alive) set.insert({static_cast<std::uint16_t>(ordinal)});
  }
  return set;
}

void World::set_earliest(TimerId id, std::int64_t micros) {
  std::int64_t* times = earliest();
  const std::int64_t before = times[id.index];
  times[id.index] = micros;
  const Group group = group_of(id);
  std::uint32_t& first = soonest()[group.at];
  const std::uint32_t first_before = first;
  first = soonest_now(times, group, first_before, id.index, before);
  if constexpr (has_leads) {
    if (first == id.index || first_before == id.index) renew_lead(group.at / led_together);
  }
}

void World::renew_lead(std::size_t which) {
  const std::int64_t* times = earliest();
  const std::uint32_t* firsts = soonest();
  const std::size_t begin = which * led_together;
  const std::size_t end = std::min<std::size_t>(begin + led_together, unit_count() + 1U);
  Lead lead{firsts[begin], 1};
  for (std::size_t group = begin + 1; group < end; ++group) {
    const std::int64_t time = times[firsts[group]];
    if (time < times[lead.first]) {
      lead = {firsts[group], 1};
    } else if (time == times[lead.first]) {
      ++lead.due_with;
    }
  }
  leads()[which] = lead;
}

void World::arm(TimerId id, Span from_now) {
  set_earliest(id, (now() + from_now.least).micros);
  latest()[id.index] = (now() + from_now.most).micros;
  fresh()[id.index / 64] |= std::uint64_t{1} << (id.index % 64);
  any_fresh_ = true;
}

void World::narrow(TimerId id, charm::Instant to) {
  CHECK(to.micros >= earliest()[id.index]);
  CHECK(to.micros <= latest()[id.index]);
  set_earliest(id, to.micros);
  latest()[id.index] = to.micros;
}

void World::set_window(TimerId id, Window window) {
  CHECK(is_armed(id));
  set_earliest(id, window.earliest.micros);
  latest()[id.index] = window.latest.micros;
}

void World::disarm(TimerId id) {
  if (!is_armed(id)) return;
  set_earliest(id, charm::never.micros);
  latest()[id.index] = charm::never.micros;
  fresh()[id.index / 64] &= ~(std::uint64_t{1} << (id.index % 64));
}

TimerId World::next() const {
  const std::int64_t* times = earliest();
  if constexpr (has_leads) {
    std::uint32_t first = leads()[0].first;
    for (std::size_t at = 1; at < lead_count(unit_count()); ++at) {
      if (times[leads()[at].first] < times[first]) first = leads()[at].first;
    }
    return {first};
  }
  const std::uint32_t* firsts = soonest();
  std::uint32_t first = firsts[0];
  for (std::size_t group = 1; group <= unit_count(); ++group) {
    if (times[firsts[group]] < times[first]) first = firsts[group];
  }
  return {first};
}

charm::Instant World::first_end() const {
  const std::span ends(latest(), timer_count());
  // Four side by side, none of which waits for another.
  std::int64_t first = charm::never.micros;
  std::int64_t second = first;
  std::int64_t third = first;
  std::int64_t fourth = first;
  std::size_t at = 0;
  for (; at + 4 <= ends.size(); at += 4) {
    first = std::min(first, ends[at]);
    second = std::min(second, ends[at + 1]);
    third = std::min(third, ends[at + 2]);
    fourth = std::min(fourth, ends[at + 3]);
  }
  for (; at < ends.size(); ++at) first = std::min(first, ends[at]);
  return {std::min(std::min(first, second), std::min(third, fourth))};
}

// Without a branch on the times: each is written, and the next one over it if it does not count.
std::size_t World::find_possible(std::span<TimerId> found) const {
  const std::int64_t end = first_end().micros;
  const std::span begins(earliest(), timer_count());
  CHECK(found.size() >= begins.size());
  std::size_t count = 0;
  for (std::uint32_t at = 0; at < begins.size(); ++at) {
    found[count] = {at};
    count += begins[at] <= end ? 1U : 0U;
  }
  return count;
}

std::uint32_t World::due_with(TimerId first) const {
  const std::int64_t due = earliest()[first.index];
  std::uint32_t count = 0;
  if constexpr (has_leads) {
    for (std::size_t at = 0; at < lead_count(unit_count()); ++at) {
      const Lead& lead = leads()[at];
      count += earliest()[lead.first] == due ? lead.due_with : 0U;
    }
    return count;
  }
  for (std::size_t group = 0; group <= unit_count(); ++group) {
    count += earliest()[soonest()[group]] == due ? 1U : 0U;
  }
  return count;
}

TimerId World::due_with(TimerId first, std::uint32_t nth) const {
  const std::int64_t due = earliest()[first.index];
  std::size_t group = 0;
  if constexpr (has_leads) {  // the first of those among which it is
    for (const Lead* lead = leads();; ++lead, group += led_together) {
      const std::uint32_t here = earliest()[lead->first] == due ? lead->due_with : 0U;
      if (nth < here) break;
      nth -= here;
    }
  }
  for (++nth; nth > 0; ++group) nth -= earliest()[soonest()[group]] == due ? 1U : 0U;
  return {soonest()[group - 1]};
}

void World::clear_staged(charm::UnitName name) {
  unit(name).staged = {};
  write_hosts(name.ordinal + 1U, {});
  stage_upgrade_stack(name, {});
  std::memset(at(layout_.notices + (2U * name.ordinal + 1U) * layout_.notices_stride), 0,
              layout_.notices_stride * 8);
}

charm::HostList World::read_hosts(std::size_t list) const {
  const auto* at_list =
      reinterpret_cast<const std::uint8_t*>(at(layout_.hosts)) + list * layout_.hosts_stride;
  charm::HostList hosts;
  for (std::size_t i = 1; i <= at_list[0]; ++i) hosts.push_back({at_list[i]});
  return hosts;
}

void World::write_hosts(std::size_t list, const charm::HostList& hosts) {
  CHECK(hosts.size() < layout_.hosts_stride);
  auto* at_list = reinterpret_cast<std::uint8_t*>(at(layout_.hosts)) + list * layout_.hosts_stride;
  std::memset(at_list, 0, layout_.hosts_stride);
  at_list[0] = static_cast<std::uint8_t>(hosts.size());
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    at_list[i + 1] = static_cast<std::uint8_t>(hosts[i].ordinal);
  }
}

charm::UpgradeStack World::read_units(std::size_t list) const {
  charm::UpgradeStack units;
  for (charm::HostName host : read_hosts(list)) units.push_back(charm::unit_of(host));
  return units;
}

void World::write_units(std::size_t list, const charm::UpgradeStack& units) {
  charm::HostList hosts;
  for (charm::UnitName unit : units) hosts.push_back(charm::host_of(unit));
  write_hosts(list, hosts);
}

std::size_t World::state_at(std::uint8_t relation, charm::UnitName unit,
                            charm::UnitName other) const {
  CHECK(relation == restart_peers || relation == upgrade_peers);
  const std::size_t row = (relation - restart_peers) * std::size_t{unit_count()} + unit.ordinal;
  return row * unit_count() + other.ordinal;
}

std::optional<std::uint8_t> World::cached_state(std::uint8_t relation, charm::UnitName unit,
                                                charm::UnitName other) const {
  const std::uint8_t cached = states()[state_at(relation, unit, other)];
  if (cached == 0) return std::nullopt;
  return static_cast<std::uint8_t>(cached - 1);
}

void World::cache_state(std::uint8_t relation, charm::UnitName unit, charm::UnitName other,
                        std::uint8_t state) {
  states()[state_at(relation, unit, other)] = static_cast<std::uint8_t>(state + 1);
}

void World::forget_state(std::uint8_t relation, charm::UnitName unit, charm::UnitName other) {
  states()[state_at(relation, unit, other)] = 0;
}

void World::forget_states(charm::UnitName unit) {
  for (std::uint8_t relation : {restart_peers, upgrade_peers}) {
    for (charm::UnitName other; other.ordinal < unit_count(); ++other.ordinal) {
      forget_state(relation, unit, other);
    }
  }
}

std::size_t World::notice_count(charm::UnitName unit) const {
  return static_cast<std::size_t>(
      *at(layout_.notices + 2U * unit.ordinal * layout_.notices_stride));
}

charm::Notices World::read_notices(std::size_t list) const {
  const std::uint64_t* at_list = at(layout_.notices + list * layout_.notices_stride);
  const std::span packed(reinterpret_cast<const PackedNotice*>(at_list + 1), at_list[0]);
  charm::Notices notices;
  for (const PackedNotice& notice : packed) notices.push_back(unpack(notice));
  return notices;
}

void World::write_notices(std::size_t list, const charm::Notices& notices) {
  static_assert(sizeof(PackedNotice) == notice_bytes);
  CHECK(notices.size() <= notice_capacity());
  std::uint64_t* at_list = at(layout_.notices + list * layout_.notices_stride);
  std::memset(at_list, 0, layout_.notices_stride * 8);
  at_list[0] = notices.size();
  const std::span packed(reinterpret_cast<PackedNotice*>(at_list + 1), notices.size());
  for (std::size_t i = 0; i < notices.size(); ++i) packed[i] = pack(notices[i]);
}

}  // namespace model
