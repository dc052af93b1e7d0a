// Copies each part, replaces what is absolute in it, and hashes it.
#include "model/canonical.h"

#include <algorithm>
#include <cstring>

#include "model/hash.h"

namespace model {
namespace {

// Up to where a new primary must have what was acknowledged there (postgresql/client.cc, S5).
std::uint64_t least_kept(const Branch& branch, const Client& client) {
  const std::uint64_t stored = std::min(branch.acknowledged, client.handover_optime);
  return stored > client.handover_lag ? stored - client.handover_lag : 0;
}

class Canonical {
 public:
  Canonical(const World& world, const WalPositions& lsns, charm::Duration ttl)
      : world_(world), now_us_(world.now().micros), forgotten_us_(-2 * ttl.count()), lsns_(lsns) {}

  [[nodiscard]] std::uint64_t hash_shared() const {
    Shared shared = world_.shared();
    shared.now_us = 0;
    // How long nobody has gone on with a bootstrap.
    relate_if(shared.dcs.initialise == Initialise::bootstrapping, shared.initialise_since_us);
    // Of the application's bags it is only asked whether anything was ever written.
    for (std::uint16_t& version : shared.application.app_data_versions) {
      version = std::min<std::uint16_t>(version, 1);
    }
    replace(shared.dcs);
    replace(shared.application);
    Client& client = shared.client;
    client.acknowledged = std::min<std::uint32_t>(client.acknowledged, 1);
    client.branches_made = 0;  // for the client's log alone
    // Compared with when something was promised that is still open, which is never as long ago.
    constexpr charm::Duration no_promise = std::chrono::minutes(20);
    relate_if(world_.shared().client.acknowledged != 0, client.last_us);
    client.last_us = std::max(client.last_us, -no_promise.count());
    lsns_.replace(client.handover_optime);
    relate_if(shared.request.asked.has_value(), shared.request.asked_us);
    std::uint64_t kept = world_.unit_count();
    for (Branch& branch : shared.branches) {
      std::uint64_t least = least_kept(branch, world_.shared().client);
      lsns_.replace(least);
      kept = mix(kept, least);
      lsns_.replace(branch.fork_lsn);
      lsns_.replace(branch.acknowledged);
      lsns_.replace(branch.confirmed);
      branch.serial = 0;  // for the client's log alone
    }
    for (SystemRoles& roles : shared.roles) lsns_.replace(roles.lsn);
    for (ClientRelation& relation : shared.relations) {
      for (ClientUser& user : relation.users) lsns_.replace(user.lsn);
    }
    return digest_bytes(&shared, sizeof shared, kept);
  }
  [[nodiscard]] std::uint64_t hash_unit(const UnitState& unit, const Texts& texts) const {
    UnitState plain = unit;
    plain.status_text = 0;
    replace(plain.process, unit.record.step);
    replace(plain.record);
    // Of incarnations it is only asked whether the bag has the address of the present one.
    plain.record.bag_address = plain.record.bag_address == plain.pod.incarnation ? 1 : 0;
    plain.pod.incarnation = 0;
    relate_future(plain.surroundings.recovered_us);
    replace(plain.member);
    replace(plain.cache);
    replace(plain.postgres);
    const std::uint64_t hash = digest_bytes(&plain, sizeof plain, 0);
    return hash_text(texts.text_of(unit.status_text), hash);
  }
  // A window that has begun is one that begins now.
  [[nodiscard]] std::uint64_t hash_timers() const {
    std::uint64_t sum = 0;  // not a chain, which would wait for each of them
    const auto count = static_cast<std::uint32_t>(world_.timer_count());
    for (std::uint32_t at = 0; at < count; ++at) {
      const TimerId id{at};
      if (!world_.is_armed(id)) continue;
      const Window window = world_.window(id);
      const auto first =
          static_cast<std::uint64_t>(std::max<std::int64_t>(0, window.earliest.micros - now_us_));
      const auto last = static_cast<std::uint64_t>(window.latest.micros - now_us_);
      sum += mix(mix(first, at), last);
    }
    return sum;
  }

 private:
  // --- moments ---

  // How long ago, or until then; and where nothing asks for it, nothing.
  void relate_if(bool asked_for, std::int64_t& at_us) const {
    at_us = asked_for ? at_us - now_us_ : 0;
  }
  // Longer ago than anything compares with counts as for ever.
  void relate_past(std::int64_t& at_us) const { at_us = std::max(at_us - now_us_, forgotten_us_); }
  void relate_future(std::int64_t& at_us) const {
    at_us = std::max<std::int64_t>(0, at_us - now_us_);
  }
  void relate_never(std::int64_t& at_us) const {
    if (at_us != Memory::long_ago_us) relate_past(at_us);
  }

  // --- versions ---

  static void behind(std::uint32_t& version, std::uint32_t newest) {
    if (version != 0) version = 1 + (newest - version);
  }
  void replace(Dcs& dcs) const {
    const Dcs& newest = world_.shared().dcs;
    behind(dcs.lock_version, newest.lock_version);
    behind(dcs.config_version, newest.config_version);
    behind(dcs.sync_version, newest.sync_version);
    lsns_.replace(dcs.optime);
    dcs.transitions = 0;  // what properties ask of it stands with their memory
  }
  // Which units have come since a hook began.
  void behind_made(std::uint16_t& record) const {
    const std::uint16_t made = world_.shared().application.records_made;
    if (record != 0) record = static_cast<std::uint16_t>(1 + (made - record));
  }
  // Of revisions it is asked whether there is any, and whether the latest was told of.
  static void replace(Application& application) {
    application.records_made = 0;
    application.secret_revision = std::min<std::uint16_t>(application.secret_revision, 1);
  }

  // --- the parts ---

  // What a hook has read or waited for, its next one does not know of: it begins with neither, and
  // sets a deadline before it asks for one (charm/steps/retry.h).
  static void replace(AgentProcess& process, HookStep step) {
    if (step == HookStep::running) return;
    process.told_not_leader = process.deadline_passed = false;
    process.configuration = 0;
  }
  void replace(AgentRecord& record) const {
    record.bag_version = 0;  // nothing asks for it
    relate_if(record.retry_us != 0, record.retry_us);
    behind_made(record.number);
    behind_made(record.newest_number);
    record.secret_tracked = std::min<std::uint16_t>(record.secret_tracked, 1);
    const bool knows_latest = record.secret_told == world_.shared().application.secret_revision;
    record.secret_told = knows_latest ? 1 : 0;
  }

  void replace(Member& member) const {
    const Dcs& newest = world_.shared().dcs;
    behind(member.observed_lock, newest.lock_version);
    behind(member.raced_lock, newest.lock_version);
    behind(member.naming_version, newest.sync_version);
    if (!member.naming) member.naming_version = 0;
    relate_if(member.starting_us != 0, member.starting_us);
    // Asked for at the end of a pass, which is mostly the moment of its beginning.
    relate_if(member.asking || member.renewing || member.naming, member.pass_us);
    relate_never(member.memory.failed_promotion_us);
    relate_never(member.memory.promotion_us);
    relate_never(member.memory.failsafe_us);
    relate_if(member.job == Job::crash_recovery, member.memory.crash_recovery_us);
    lsns_.replace(member.names_lsn);
  }

  void replace(Cache& cache) const {
    relate_if(cache.watch != Watch::current, cache.until_us);
    if (cache.objects_behind) {
      replace(cache.dcs);
    } else {
      cache.dcs = {};
    }
    replace(cache.raced);
    if (cache.pods_behind) return;
    cache.exist = cache.published = cache.primaries = {};
    cache.timelines = {};
    cache.states = {};
  }

  void replace(Postgres& postgres) const {
    lsns_.replace(postgres.written);
    lsns_.replace(postgres.lsn);
    lsns_.replace(postgres.replayed);
    relate_past(postgres.confirmed_us);
    relate_past(postgres.excused_us);
    // Whether it leaves recovery for the first time, and whether it has acknowledged since it did.
    postgres.acknowledged_stint = postgres.acknowledged_stint == postgres.stint ? 1 : 0;
    postgres.stint = std::min<std::uint16_t>(postgres.stint, 2);
    // It is the later one that counts.
    postgres.excused_us = std::max(postgres.excused_us, postgres.confirmed_us);
  }

  const World& world_;
  const std::int64_t now_us_;
  const std::int64_t forgotten_us_;
  const WalPositions& lsns_;
};

}  // namespace

WalPositions::WalPositions(const World& world) {
  const Shared& shared = world.shared();
  least_ = shared.dcs.optime;
  for (const UnitState& unit : world.units()) {
    if (unit.postgres.database == Database::none) continue;
    for (const std::uint64_t at :
         {unit.postgres.written, unit.postgres.lsn, unit.postgres.replayed}) {
      most_ = std::max(most_, at);
      if (at != 0) least_ = least_ == 0 ? at : std::min(least_, at);
    }
  }
  most_ = std::max(most_, shared.dcs.optime);
  add(shared.client.handover_optime);
  for (const UnitState& unit : world.units()) add(unit.member.names_lsn);
  for (const Branch& branch : shared.branches) {
    add(branch.fork_lsn);
    add(branch.acknowledged);
    add(branch.confirmed);
    add(least_kept(branch, shared.client));
  }
  for (const SystemRoles& roles : shared.roles) add(roles.lsn);
  for (const ClientRelation& relation : shared.relations) {
    for (const ClientUser& user : relation.users) add(user.lsn);
  }
  std::sort(old_.begin(), old_.end());
}

void WalPositions::replace(std::uint64_t& lsn) const {
  if (lsn == 0) return;
  if (lsn >= least_) {
    lsn = 1 + (most_ - lsn);  // what lies ahead of all is as good as far behind: it is unequal
    return;
  }
  constexpr std::uint64_t old = std::uint64_t{1} << 60U;
  const auto* found = std::lower_bound(old_.begin(), old_.end(), lsn);
  std::uint64_t order = 0;  // equal ones count once
  for (const auto* at = old_.begin(); at != found; ++at) {
    if (at == old_.begin() || *at != *(at - 1)) ++order;
  }
  lsn = old + order;
}

CanonicalFingerprint::CanonicalFingerprint(const World& blank, charm::Duration ttl)
    : ttl_(ttl),
      last_(blank),
      surrounding_{.now_us = 0,
                   .lock_version = 0,
                   .config_version = 0,
                   .sync_version = 0,
                   .secret_revision = 0,
                   .records_made = 0,
                   .lsns = WalPositions(blank)},
      unit_hashes_(blank.unit_count()) {}

std::uint64_t CanonicalFingerprint::of(const World& world, const Texts& texts) {
  const auto same = [](const auto& a, const auto& b) { return std::memcmp(&a, &b, sizeof a) == 0; };
  // All that the surrounding is made of.
  const bool shared_is_same = !is_first_ && same(world.shared(), last_.shared());
  bool is_other = false;
  const auto has_same_wal = [&same](const UnitState& a, const UnitState& b) {
    return same(a.postgres, b.postgres) && a.member.names_lsn == b.member.names_lsn;
  };
  if (!shared_is_same || !std::ranges::equal(world.units(), last_.units(), has_same_wal)) {
    const Dcs& dcs = world.shared().dcs;
    const Application& application = world.shared().application;
    const Surrounding now{.now_us = world.now().micros,
                          .lock_version = dcs.lock_version,
                          .config_version = dcs.config_version,
                          .sync_version = dcs.sync_version,
                          .secret_revision = application.secret_revision,
                          .records_made = application.records_made,
                          .lsns = WalPositions(world)};
    is_other = is_first_ || !(now == surrounding_);
    if (is_other) surrounding_ = now;
  }
  const Canonical canonical(world, surrounding_.lsns, ttl_);
  // What is the same stays where it is kept: copying the world would take as long as comparing it.
  if (is_other || !shared_is_same) {
    shared_hash_ = canonical.hash_shared();
    last_.shared() = world.shared();
  }
  std::uint64_t hash = mix(shared_hash_, canonical.hash_timers());
  for (std::size_t at = 0; at < unit_hashes_.size(); ++at) {
    const UnitState& unit = world.units()[at];
    if (is_other || !same(unit, last_.units()[at])) {
      unit_hashes_[at] = canonical.hash_unit(unit, texts);
      last_.units()[at] = unit;
    }
    hash = mix(hash, unit_hashes_[at]);
  }
  const auto [lists, states] = world.lists();
  const auto [last_lists, last_states] = last_.lists();
  const auto equal = [](std::span<const std::byte> a, std::span<const std::byte> b) {
    return std::memcmp(a.data(), b.data(), a.size()) == 0;
  };
  if (is_first_ || !equal(lists, last_lists) || !equal(states, last_states)) {
    lists_hash_ =
        hash_bytes(states.data(), states.size(), hash_bytes(lists.data(), lists.size(), 0));
    last_ = world;
  }
  is_first_ = false;
  return mix(hash, lists_hash_);
}

}  // namespace model
