// The draws.
#include "sim/failover/draws.h"

#include "model/hash.h"
#include "sim/choices/random.h"

namespace sim::failover {
namespace {

// 0 to below, without a remainder's bias that could be seen: `number` has 64 bits.
std::uint64_t scaled(std::uint64_t number, std::uint64_t below) {
  return (number >> 32U) * below >> 32U;
}

}  // namespace

bool has_known_odds(Question question) {
  if (question == tie_question) return true;
  if (static_cast<std::size_t>(question) < timer_question_count) return true;
  return question == question_of(model::Fork::order) ||
         question == question_of(model::Fork::route) ||
         question == question_of(model::Fork::packet);
}

void Draws::restart(std::uint64_t seed, const std::optional<Mishap>& mishap, std::uint32_t target) {
  reset();
  seed_ = model::mix(seed, 0xFA110FE6);
  mishap_ = mishap;
  target_ = target;
}

charm::Duration Draws::wait(std::uint32_t what, charm::Duration below) const {
  // No question that a run asks has this number: these draws are nobody else's.
  const Label own{{}, Question{static_cast<std::uint8_t>(question_count)}};
  const auto most = static_cast<std::uint64_t>(below.count());
  return charm::Duration(static_cast<std::int64_t>(scaled(draw(seed_, own, what), most)));
}

std::uint32_t Draws::choose(std::uint32_t option_count, Label label, std::uint32_t nth) {
  if (label.question == mishap_kind_question) {
    if (!mishap_ || nth > 0) return 0;
    return 1 + static_cast<std::uint32_t>(mishap_->kind) - static_cast<std::uint32_t>(first_mishap);
  }
  if (label.question == mishap_target_question) return target_;
  if (label.question == mishap_length_question) return mishap_ ? mishap_->length : 0;
  if (!has_known_odds(label.question)) return 0;
  return static_cast<std::uint32_t>(scaled(draw(seed_, label, nth), option_count));
}

}  // namespace sim::failover
