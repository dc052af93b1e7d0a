// What a client of PostgreSQL went through in one failover: how long no write of its was
// acknowledged, what the cluster did meanwhile, and which commits it has lost.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/step.h"
#include "sim/run_watch.h"

namespace sim::failover {

// The time without an acknowledged write is cut at the moments at which something was true for
// good, each of the member that acknowledges next; what was true before has its phase of 0.
enum class Phase : std::uint8_t {
  detect,   // until somebody acts: the lock is free for a member that runs, or the primary, which
            // reaches the API server, is being shut down or started
  elect,    // until that member holds Patroni's lock
  promote,  // until it is out of recovery
  route,    // until the primary Service leads to it
  client,   // until it acknowledges: its standbys confirm, and the client writes again
};
inline constexpr std::size_t phase_count = 5;
std::string_view to_text(Phase phase);

struct Failover {
  // The longest time between two acknowledged writes that ends after the fault, whose phases it
  // has; of an open one as much as was seen, the rest of which is the phase that has not ended.
  std::int64_t outage_us = 0;
  std::array<std::int64_t, phase_count> phases_us{};
  std::uint32_t lost = 0;      // acknowledged, and not in the history of who serves in the end
  std::uint16_t in_doubt = 0;  // sent to a server that was gone before it answered
  std::uint16_t in_doubt_there = 0;  // of those, how many are in that history
  bool is_open = false;              // it was not served again as long as it was watched
  bool has_moved = false;            // another member serves in the end
  std::uint16_t unused = 0;

  friend bool operator==(const Failover&, const Failover&) = default;
};

// The client keeps its connection as long as it is served there; whoever else acknowledges is its
// server if the primary Service leads there, and if that pod is not cut off from everybody.
// Simplified: it notices at once that its connection has ended, and connects in no time.
class Watch final : public RunWatch, public model::ClientLog {
 public:
  // Of a run that goes on from this world: the fault comes at that moment. A client notices that it
  // has not been served for so long.
  void restart(const model::World& world, charm::Instant fault,
               charm::Duration noticed_break = std::chrono::seconds(1));
  // It comes now; until then it was not known when (never).
  void begin_fault(charm::Instant now) { fault_ = now; }

  void step_done(const model::World& world) override;
  void invoked(const model::World& world, charm::UnitName member) override;
  void acknowledged(const model::World& world, charm::UnitName member, bool promised) override;
  void forked(std::uint32_t serial, std::uint32_t parent, std::uint64_t lsn) override;
  void given_up(const model::World& world) override;

  // Since the fault it has been without service, or has another server.
  [[nodiscard]] bool has_noticed() const { return noticed_; }
  // Since when it has been served without a break that it would notice.
  [[nodiscard]] charm::Instant served_since() const { return served_since_; }
  [[nodiscard]] charm::Instant last_served() const { return last_; }
  [[nodiscard]] Failover result(const model::World& world, bool is_open) const;
  // Of all that it knows, absolute times included: where two are the same, and the worlds that
  // follow, so are the results.
  [[nodiscard]] std::uint64_t fingerprint() const;

 private:
  struct Commit {
    std::uint64_t lsn = 0;
    std::uint32_t serial = 0;  // of the branch
    std::uint16_t branch = 0;
    std::uint16_t unused = 0;
  };
  // What is so of a member, and since when: never, if it is not.
  struct Member {
    std::int64_t lock_us = charm::never.micros;
    std::int64_t primary_us = charm::never.micros;
    std::int64_t routed_us = charm::never.micros;
    Commit waits;  // sent to it
    std::uint16_t waits_stint = 0;
    bool is_waiting = false;
    std::uint8_t unused = 0;
    std::uint32_t unused_too = 0;
  };

  static Commit newest(const model::World& world, charm::UnitName member);
  [[nodiscard]] bool is_server(const model::World& world, charm::UnitName member) const;
  [[nodiscard]] bool somebody_acts(const model::World& world) const;
  void look(const model::World& world);
  using Phases = std::array<std::int64_t, phase_count>;
  // The time since the last acknowledgement, of which that phase is the last.
  [[nodiscard]] Phases cut(const Member& member, Phase last, std::int64_t now) const;
  [[nodiscard]] Phases cut_open(const model::World& world) const;
  void end_gap(charm::UnitName by, charm::Instant now);
  void doubt(Member& member);

  std::vector<Member> members_;
  std::vector<Commit> acknowledged_;
  std::vector<Commit> doubtful_;
  Failover longest_;
  charm::Instant fault_;
  charm::Duration noticed_break_{0};
  charm::Instant last_;  // acknowledgement
  charm::Instant served_since_;
  charm::Instant acted_;  // since the last acknowledgement; never: nobody
  charm::MaybeUnit server_;
  charm::MaybeUnit first_server_;
  std::uint16_t stint_ = 0;  // of the server
  bool noticed_ = false;
};

}  // namespace sim::failover
