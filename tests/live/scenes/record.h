// What each unit has run, in the order in which it began: its hooks, and of each the handlers with
// their outcomes and their ways through the charts, as the charm says it to juju-log. The same of a
// live run and of a simulated one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "charm/runtime/definition.h"
#include "sim/trace/trace.h"

namespace scenes {

// A hook: `database-peers-relation-changed 2`, `config-changed`.
struct RunHook {
  std::string name;
  std::vector<std::string> handlers;  // `config-changed (config-changed): deferred: ...: a -> b`
  std::string end;                    // `ok`, `failed`, `killed`, `refused`; empty: it runs
  std::int64_t began_us = 0;
  std::int64_t ended_us = 0;
  std::vector<std::int64_t> handled_us;  // when each handler had ended

  // What is compared: when it ran does not count.
  friend bool operator==(const RunHook& a, const RunHook& b) {
    return a.name == b.name && a.handlers == b.handlers && a.end == b.end;
  }
};

using Record = std::map<charm::UnitName, std::vector<RunHook>>;

std::string name_of(const charm::CharmDefinition& charm, const charm::Event& event);
// Of a line of juju-log, what the charm says of a handler that has ended; empty: it says something
// else.
std::string handler_in(std::string_view said);
// For a reader.
std::string to_text(const RunHook& hook);

// Of a simulated run.
class SimulatedRecord final : public sim::TraceSink {
 public:
  explicit SimulatedRecord(const charm::CharmDefinition& charm) : charm_(charm) {}

  void take(const sim::TraceEvent& event) override;
  void clear() { record_.clear(); }
  [[nodiscard]] const Record& record() const { return record_; }

 private:
  const charm::CharmDefinition& charm_;
  Record record_;
};

}  // namespace scenes
