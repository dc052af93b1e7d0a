// The draws.
#include "sim/choices/random.h"

#include <bit>

#include "model/hash.h"

namespace sim {
namespace {

// Mixed once more: of numbers that follow each other, one multiplication makes numbers at equal
// distances, and a question that is asked again and again would get the same answer for ever.
constexpr std::uint64_t finish = 0x8EBC6AF09C88C6E3;

// Every option in a run of four; otherwise each of them or not.
std::uint64_t draw_options(std::uint64_t seed) {
  const std::uint64_t number = model::mix(model::mix(seed, finish), finish);
  return number % 4 == 0 ? ~std::uint64_t{0} : number >> 2U;
}

// One of those that exist; option 0, which does nothing, always does.
std::uint32_t pick_of(std::uint64_t options, std::uint32_t option_count, std::uint64_t number) {
  const std::uint64_t there = (options | 1U) & ((std::uint64_t{1} << option_count) - 1U);
  auto left = static_cast<std::uint32_t>(number % static_cast<std::uint64_t>(std::popcount(there)));
  for (std::uint32_t option = 0; option < option_count; ++option) {
    if ((there >> option & 1U) == 0) continue;
    if (left == 0) return option;
    --left;
  }
  return 0;
}

}  // namespace

std::uint64_t draw(std::uint64_t seed, Label label, std::uint32_t nth) {
  const std::uint64_t who =
      (std::uint64_t{label.actor.ordinal} << 8U) | static_cast<std::uint64_t>(label.question);
  return model::mix(model::mix(model::mix(seed, who), nth), finish);
}

void RandomChoices::restart(std::uint64_t seed) {
  reset();
  seed_ = model::mix(seed, 0x5EED);
  constexpr std::array<std::uint32_t, 4> timer_wildness{0, 8192, 32768, 65536};
  constexpr std::array<std::uint32_t, 4> fault_wildness{64, 256, 1024, 4096};
  constexpr std::array<std::uint32_t, 4> mishap_wildness{1024, 4096, 16384, 32768};
  for (std::size_t question = 0; question < question_count; ++question) {
    constexpr std::uint64_t everyday = 1;
    const std::uint64_t number = options_.swarm ? model::mix(seed_, 0xA0 + question) % 4 : everyday;
    wildness_[question] = timer_wildness[number];
    const Question asked{static_cast<std::uint8_t>(question)};
    if (asked == fault_question) wildness_[question] = fault_wildness[number];
    if (asked == mishap_kind_question) wildness_[question] = mishap_wildness[number];
    if (asked == leader_change_question) wildness_[question] = mishap_wildness[number];
    if (asked == departure_question) wildness_[question] = fault_wildness[number];
    const bool what_about_it = asked == mishap_target_question || asked == mishap_length_question;
    if (what_about_it) wildness_[question] = 65536;  // any of them
  }
  if (!options_.permutes_deferrals) {
    wildness_[static_cast<std::size_t>(deferral_order_question)] = 0;
  }
  constexpr std::uint64_t all = ~std::uint64_t{0};
  faults_ = options_.swarm ? draw_options(model::mix(seed_, 0xF1)) : all;
  mishaps_ = options_.swarm ? draw_options(model::mix(seed_, 0xF2)) : all;
}

std::uint32_t RandomChoices::choose(std::uint32_t option_count, Label label, std::uint32_t nth) {
  const std::uint64_t number = draw(seed_, label, nth);
  if ((number & 0xFFFFU) >= wildness_[static_cast<std::size_t>(label.question)]) return 0;
  if (label.question == fault_question) return pick_of(faults_, option_count, number >> 16U);
  if (label.question == mishap_kind_question) return pick_of(mishaps_, option_count, number >> 16U);
  return static_cast<std::uint32_t>((number >> 16U) % option_count);
}

}  // namespace sim
