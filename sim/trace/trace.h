// What happened in a run, event by event, and its fingerprint. A sink renders events; the
// fingerprint needs none, and does not depend on which sinks listen.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "charm/runtime/definition.h"
#include "charm/types/status.h"
#include "charm/types/time.h"
#include "model/step.h"

namespace sim {

enum class TraceKind : std::uint8_t {
  hook_started,
  handler_ended,
  handler_merged,  // an equal notice was queued and has deferred again
  hook_ended,
  status,
  fact,  // of the model
  fault,
  story,
  settled,  // every "eventually" property holds
  unsettled,
  violated,
};
inline constexpr std::size_t trace_kind_count = 11;

// cut_off: Juju's controller could not be reached, so whatever it did, it has failed.
enum class HookEnd : std::uint8_t { ok, failed, killed, refused, cut_off };

struct TraceEvent {
  charm::Instant at;
  TraceKind kind = TraceKind::fact;
  charm::MaybeUnit unit{};
  charm::Event event{};                     // hook_started, handler_*
  bool reemitted = false;                   // handler_*: from the deferral queue
  const charm::Handler* handler = nullptr;  // handler_*
  const charm::Path* path = nullptr;        // handler_ended
  charm::Outcome outcome{};                 // handler_ended
  HookEnd end = HookEnd::ok;                // hook_ended
  charm::Status status{};                   // status
  model::Fact fact{};                       // fact
  // hook_ended: the error; fact: of an action that has ended, what its operator reads; fault:
  // which, and at which call; story: the step; violated: the property.
  std::string_view text{};
  std::string_view detail{};
};

class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void take(const TraceEvent& event) = 0;
};

class Trace {
 public:
  enum class Mode : std::uint8_t { off, fingerprint };

  void restart(Mode mode) {
    mode_ = mode;
    fingerprint_ = 0;
    count_ = 0;
    steps_.clear();
  }
  void listen(TraceSink* sink) { sinks_.push_back(sink); }
  // Keep the fingerprint after each event, so that a replay can tell where it differs.
  void keep_steps(bool keep) { keep_steps_ = keep; }

  // Ask first: an event need not be made when nobody looks.
  [[nodiscard]] bool on() const { return mode_ != Mode::off; }
  void record(const TraceEvent& event);

  [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_; }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] const std::vector<std::uint64_t>& steps() const { return steps_; }

 private:
  Mode mode_ = Mode::off;
  bool keep_steps_ = false;
  std::uint64_t fingerprint_ = 0;
  std::uint64_t count_ = 0;
  std::vector<std::uint64_t> steps_;
  std::vector<TraceSink*> sinks_;
};

std::string_view to_text(TraceKind kind);
std::string_view to_text(HookEnd end);
std::string_view to_text(model::FactKind kind);

}  // namespace sim
