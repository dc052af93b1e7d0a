// Every port call of a unit goes through here: time passes, others act, a fault may strike, the
// hook may be stopped; then the effect takes place and the answer is logged.
#pragma once

#include <expected>
#include <type_traits>

#include "charm/ports/patroni.h"
#include "charm/ports/postgresql.h"
#include "charm/ports/workload.h"
#include "charm/types/errors.h"
#include "charm/types/outcome.h"
#include "model/hash.h"
#include "model/network.h"
#include "model/step.h"
#include "sim/execution/unit_run.h"

namespace sim {

// What the gate needs of the run; the simulation is it.
class CallHost {
 public:
  virtual ~CallHost() = default;
  // Lets pass what passes until the call is answered. Throws Stopped.
  virtual Disturbance wait(UnitRun& run, Call call, model::Span time) = 0;
  // The call's effect has taken place.
  virtual void effect_done(UnitRun& run) = 0;
  // The hook asked something else than the first time.
  [[noreturn]] virtual void report_nondeterminism(UnitRun& run, Call before, Call now) = 0;
  // In which order a dispatch is told what is queued: 0 as it is queued.
  virtual std::uint32_t pick_deferral_order(UnitRun& run, std::uint32_t orders) = 0;
  virtual model::Step& step() = 0;
};

// How a refused, lost or throttled call looks to the hook.
template <class Answer>
struct FailedAnswer;
template <class T>
struct FailedAnswer<std::expected<T, charm::ApiError>> {
  static std::expected<T, charm::ApiError> make(Disturbance disturbance) {
    return std::unexpected(disturbance == Disturbance::throttled ? charm::ApiError::throttled
                                                                 : charm::ApiError::unavailable);
  }
};
template <class T>
struct FailedAnswer<std::expected<T, charm::Unreachable>> {
  static std::expected<T, charm::Unreachable> make(Disturbance /*disturbance*/) {
    return std::unexpected(charm::Unreachable{});
  }
};
template <class T>
struct FailedAnswer<std::expected<T, charm::ports::TakeOverError>> {
  static std::expected<T, charm::ports::TakeOverError> make(Disturbance /*disturbance*/) {
    return std::unexpected(charm::ports::TakeOverError::failed);
  }
};
template <class T>
struct FailedAnswer<std::expected<T, charm::ports::ExtensionError>> {
  static std::expected<T, charm::ports::ExtensionError> make(Disturbance /*disturbance*/) {
    return std::unexpected(charm::ports::ExtensionError::unreachable);
  }
};
template <class T>
struct FailedAnswer<std::expected<T, charm::ports::WriteError>> {
  static std::expected<T, charm::ports::WriteError> make(Disturbance /*disturbance*/) {
    return std::unexpected(charm::ports::WriteError::unreachable);
  }
};
// Whether Pebble can be connected to: the one plain answer that a fault can spoil.
template <>
struct FailedAnswer<bool> {
  static bool make(Disturbance /*disturbance*/) { return false; }
};

// For calls that answer nothing.
struct Done {};

class CallGate {
 public:
  CallGate(CallHost& host, UnitRun& run) : host_(host), run_(run) {}

  template <class Effect>
  auto make(Call call, std::uint32_t arguments, Effect effect) {
    return make(call, arguments, info(call).time, effect);
  }

  template <class Effect>
  auto make(Call call, std::uint32_t arguments, model::Span time, Effect effect) {
    using Answer = decltype(effect());
    if (!run_.log.at_end(run_.cursor)) return replay<Answer>({call, arguments});
    Disturbance disturbance = host_.wait(run_, call, time);
    fail_without_controller(call);
    const bool late = model::network::api_trouble(world()) == model::ApiTrouble::late;
    if (late && info(call).callee == Callee::kubernetes) disturbance = Disturbance::lost;
    Answer answer = perform<Answer>(disturbance, effect);
    host_.effect_done(run_);
    run_.log.append({call, arguments}, answer);
    run_.cursor = run_.log.end();  // what has just been logged has just been answered
    return answer;
  }

  std::uint32_t pick_deferral_order(std::uint32_t orders) {
    return host_.pick_deferral_order(run_, orders);
  }
  // What the hook is told of its queue; only where worlds are explored.
  void tell(const charm::Notices& queue) { run_.told.tell(queue); }
  // How many of those it has kept.
  [[nodiscard]] std::size_t kept_of_queue() const { return run_.told.kept(); }
  // The effect comes about, and the hook is not told what the answer was.
  [[nodiscard]] bool loses_answer() const { return run_.disturbance == Disturbance::lost; }
  [[nodiscard]] charm::UnitName unit() const { return run_.name; }
  [[nodiscard]] std::string& action_text() { return run_.action_text; }
  [[nodiscard]] model::Step& step() { return host_.step(); }
  [[nodiscard]] model::World& world() { return host_.step().world; }
  [[nodiscard]] model::UnitState& state() { return world().unit(run_.name); }
  [[nodiscard]] model::Application& application() { return world().shared().application; }

 private:
  // A hook tool that does not reach the controller fails, and the charm with it: ops raises. What
  // waits until a dead connection is given up is not told apart from what is refused at once.
  // Always inlined, as AnswerBytes::append is: the call is known where it is made. What throws is
  // not, since a hook that is unwound looks up each place of its frames at which something may.
  [[gnu::always_inline]] void fail_without_controller(Call call) {
    if (info(call).callee != Callee::juju || call == Call::log) return;
    if (model::network::reaches_controller(world(), run_.name)) return;
    throw_controller_lost();
  }
  [[noreturn, gnu::noinline]] static void throw_controller_lost() {
    throw charm::HookFailed("Juju's controller cannot be reached");
  }

  template <class Answer, class Effect>
  Answer perform(Disturbance disturbance, Effect& effect) {
    if constexpr (requires { FailedAnswer<Answer>::make(disturbance); }) {
      if (disturbance == Disturbance::lost) (void)effect();
      if (disturbance != Disturbance::none && disturbance != Disturbance::slow) {
        return FailedAnswer<Answer>::make(disturbance);
      }
    }
    return effect();
  }

  template <class Answer>
  Answer replay(AnswerLog::Request request) {
    const AnswerLog::Request before = run_.log.read_request(run_.cursor);
    if (before != request) host_.report_nondeterminism(run_, before.call, request.call);
    return run_.log.read_answer<Answer>(run_.cursor);
  }

  CallHost& host_;
  UnitRun& run_;
};

// Digests of arguments.
inline std::uint32_t digest(std::uint64_t value) {
  return static_cast<std::uint32_t>(model::mix(value, 1));
}
inline std::uint32_t digest(std::string_view text) {
  return static_cast<std::uint32_t>(model::hash_text(text, 1));
}

}  // namespace sim
