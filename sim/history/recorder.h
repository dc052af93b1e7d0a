// Writes the history of the modelled client down. This is the server's side of it: it looks into
// the model to answer selects; what it hands on is what a client would see.
#pragma once

#include <map>
#include <vector>

#include "model/step.h"
#include "sim/history/history.h"

namespace sim::history {

class Recorder final : public model::ClientLog {
 public:
  void invoked(const model::World& world, charm::UnitName member) override;
  void acknowledged(const model::World& world, charm::UnitName member, bool promised) override;
  void forked(std::uint32_t serial, std::uint32_t parent, std::uint64_t lsn) override;

  void given_up(const model::World& world) override;

  // A select on that server, now.
  void read(const model::World& world, charm::UnitName member);
  void restart();
  [[nodiscard]] const History& history() const { return history_; }

 private:
  // What was written on a branch, and where: in ascending order.
  struct Row {
    std::uint64_t lsn = 0;
    std::uint32_t value = 0;
  };
  struct Branch {
    std::uint32_t parent = 0;
    std::uint64_t fork_lsn = 0;
    std::vector<Row> rows;
  };

  History history_;
  std::map<std::uint32_t, Branch> branches_;          // by serial
  std::map<std::uint16_t, std::uint32_t> pending_;    // by member: the value that waits
  std::map<std::uint16_t, std::uint16_t> last_read_;  // by member: the session of its last read
};

}  // namespace sim::history
