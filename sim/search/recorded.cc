// Questions in words, and runs that leave a recorded one.
#include "sim/search/recorded.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "sim/choices/list.h"
#include "sim/report/story_text.h"

namespace sim {
namespace {

bool is_about_faults(Question question) {
  return question == fault_question || question == mishap_kind_question ||
         question == mishap_target_question || question == mishap_length_question;
}

// 1st, 2nd, 3rd, 4th, 11th.
std::string ordinal(std::uint64_t number) {
  constexpr std::array<std::string_view, 4> endings{"th", "st", "nd", "rd"};
  const bool is_regular = number % 10 > 3 || number / 10 % 10 == 1;
  return std::to_string(number).append(endings[is_regular ? 0 : number % 10]);
}

std::string meaning(const Asked& asked) {
  const Question question = asked.label.question;
  if (static_cast<std::size_t>(question) < timer_question_count) {
    const std::string last = std::to_string(asked.options - 1);
    return asked.option == 0
               ? "as early as it can be"
               : "later, by " + std::to_string(asked.option) + "/" + last + " of what is possible";
  }
  if (question == fault_question || question == mishap_kind_question) {
    if (asked.option == 0) return "nothing strikes";
    const std::size_t first =
        question == fault_question ? 0 : static_cast<std::size_t>(first_mishap);
    const std::size_t kind = first + asked.option - 1;
    if (kind >= fault_kind_count) return {};
    return std::string(to_text(static_cast<FaultKind>(kind))) + " strikes";
  }
  if (question == leader_change_question) {
    return asked.option == 0 ? "the lease is renewed" : "it is renewed no more, and another leads";
  }
  if (question == departure_question) {
    return asked.option == 0 ? "all stay" : "the highest unit is taken away";
  }
  return {};
}

// Tells the first event from one on that has a text.
class FirstText final : public TraceSink {
 public:
  FirstText(std::uint64_t event, const charm::AppName& app, const charm::CharmDefinition& charm)
      : event_(event), story_(out_, app, charm, {.verbose = true}) {}
  void take(const TraceEvent& event) override {
    if (seen_++ < event_ || !text.empty()) return;
    story_.take(event);
    text = out_.str();
    while (text.ends_with('\n')) text.pop_back();
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  }

  std::string text;

 private:
  std::uint64_t event_;
  std::uint64_t seen_ = 0;
  std::ostringstream out_;
  StoryText story_;
};

}  // namespace

void BranchChoices::restart(const Deviations& choices, std::uint64_t followed, Rest rest) {
  CHECK(std::ranges::is_sorted(choices));
  reset();
  choices_ = choices;
  followed_ = followed;
  rest_ = rest;
  if (rest.kind == Rest::Kind::random || rest.kind == Rest::Kind::without) {
    random_.restart(rest.seed);
  }
  asked_.clear();
}

std::uint32_t BranchChoices::listed(std::uint32_t option_count, Label label,
                                    std::uint32_t nth) const {
  const auto found = std::ranges::lower_bound(choices_, Deviation{label, nth, 0});
  if (found == choices_.end() || found->label != label || found->nth != nth) return 0;
  return found->option < option_count ? found->option : 0;
}

std::uint32_t BranchChoices::answer(std::uint32_t option_count, Label label, std::uint32_t nth) {
  const std::uint64_t before = picks() - 1;
  if (before < followed_) return listed(option_count, label, nth);
  if (before == followed_ && rest_.first) return std::min(*rest_.first, option_count - 1);
  switch (rest_.kind) {
    case Rest::Kind::listed: return listed(option_count, label, nth);
    case Rest::Kind::calm: return 0;
    case Rest::Kind::without:
      if (is_about_faults(label.question)) return 0;
      break;
    case Rest::Kind::random: break;
  }
  return random_.pick(option_count, label);
}

std::uint32_t BranchChoices::choose(std::uint32_t option_count, Label label, std::uint32_t nth) {
  const std::uint32_t option = answer(option_count, label, nth);
  if (simulation_ != nullptr) {
    asked_.push_back({.at = simulation_->world().now(),
                      .label = label,
                      .nth = nth,
                      .options = option_count,
                      .option = option,
                      .events = simulation_->trace().count()});
  }
  return option;
}

std::string to_text(const Asked& asked, const charm::AppName& app) {
  std::string text =
      asked.label.actor ? to_text(app, *asked.label.actor) : std::string("the world");
  text.append(" ").append(to_text(asked.label.question)).append(", for the ");
  text.append(ordinal(std::uint64_t{asked.nth} + 1)).append(" time: option ");
  text.append(std::to_string(asked.option)).append(" of ").append(std::to_string(asked.options));
  const std::string means = meaning(asked);
  return means.empty() ? text : text.append(" (").append(means).append(")");
}

std::string event_text(const Scenario& scenario, const charm::CharmDefinition& charm,
                       std::span<const Property> properties, const Deviations& choices,
                       std::uint64_t event) {
  Simulation simulation(scenario, {&charm, properties, nullptr}, {});
  FirstText first(event, scenario.world.app, charm);
  simulation.trace().listen(&first);
  ListChoices list(choices);
  (void)simulation.run(list);
  return first.text;
}

}  // namespace sim
