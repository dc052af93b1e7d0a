// How deviations are spelled.
#include "sim/choices/choices.h"

#include <algorithm>
#include <charconv>

#include "charm/types/text.h"

namespace sim {
namespace {

// Of the questions that are no timers.
constexpr std::array<std::string_view, fork_question_start - timer_question_count> other_texts{
    "fault", "mishap-kind", "mishap-target", "mishap-length", "deferral-order", "tie"};
constexpr std::array<std::string_view, question_count - change_question_start> change_texts{
    "leader-change", "departure"};

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end && !text.empty();
}

// `1.call.17=3`; says what is wrong, or nothing.
std::string parse_one(std::string_view text, Deviation& deviation) {
  const std::string_view actor = charm::take_until(text, '.');
  const std::string_view question = charm::take_until(text, '.');
  const std::string_view nth = charm::take_until(text, '=');
  if (actor != "w") {
    std::uint16_t ordinal = 0;
    if (!parse_number(actor, ordinal) || ordinal >= charm::max_units) {
      return "'" + std::string(actor) + "' is no actor: a unit's number, or w for the world";
    }
    deviation.label.actor = charm::UnitName{ordinal};
  }
  const auto parsed = parse_question(question);
  if (!parsed) return "'" + std::string(question) + "' is nothing that is asked";
  deviation.label.question = *parsed;
  if (!parse_number(nth, deviation.nth)) return "'" + std::string(nth) + "' is no count";
  if (!parse_number(text, deviation.option)) return "'" + std::string(text) + "' is no option";
  return {};
}

}  // namespace

std::string_view to_text(Question question) {
  const auto index = static_cast<std::size_t>(question);
  if (index >= change_question_start) return change_texts[index - change_question_start];
  if (index >= fork_question_start) {
    return model::to_text(static_cast<model::Fork>(index - fork_question_start));
  }
  if (index >= timer_question_count) return other_texts[index - timer_question_count];
  if (index < model::world_timer_count)
    return model::to_text(static_cast<model::WorldTimer>(index));
  return model::to_text(static_cast<model::UnitTimer>(index - model::world_timer_count));
}

std::optional<Question> parse_question(std::string_view text) {
  for (std::uint8_t at = 0; at < question_count; ++at) {
    if (to_text(Question{at}) == text) return Question{at};
  }
  return std::nullopt;
}

std::string to_text(const Deviations& deviations) {
  std::string text;
  for (const Deviation& deviation : deviations) {
    if (!text.empty()) text += ',';
    text += deviation.label.actor ? std::to_string(deviation.label.actor.ordinal) : "w";
    text.append(".").append(to_text(deviation.label.question));
    text.append(".").append(std::to_string(deviation.nth));
    text.append("=").append(std::to_string(deviation.option));
  }
  return text;
}

std::optional<Deviations> parse_deviations(std::string_view text, DeviationsError& error) {
  Deviations deviations;
  const std::size_t length = text.size();
  if (text.ends_with(',')) {
    error = {length, "nothing follows the comma"};
    return std::nullopt;
  }
  while (!text.empty()) {
    const std::size_t column = length - text.size() + 1;
    Deviation deviation;
    if (std::string what = parse_one(charm::take_until(text, ','), deviation); !what.empty()) {
      error = {column, std::move(what)};
      return std::nullopt;
    }
    deviations.push_back(deviation);
  }
  std::sort(deviations.begin(), deviations.end());
  const auto same_place = [](const Deviation& a, const Deviation& b) {
    return a.label == b.label && a.nth == b.nth;
  };
  const auto twice = std::adjacent_find(deviations.begin(), deviations.end(), same_place);
  if (twice != deviations.end()) {
    error = {1, "two options for " + to_text(Deviations{*twice})};
    return std::nullopt;
  }
  return deviations;
}

}  // namespace sim
