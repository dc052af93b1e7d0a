// Halving, then one by one.
#include "sim/search/no_return.h"

#include <algorithm>

namespace sim {
namespace {

class Search {
 public:
  Search(const Scenario& scenario, const CharmUnderTest& charm, const Deviations& failing,
         const NoReturnOptions& options)
      : simulation_(scenario, charm, {.interrupted = options.interrupted}),
        failing_(failing),
        options_(options) {}

  NoReturn run() {
    choices_.record(&simulation_);
    choices_.restart(failing_);
    const Verdict verdict = simulation_.run(choices_);
    if (verdict.ok() && verdict.end == RunEnd::interrupted) {
      result_.is_cut = true;
      return result_;
    }
    CHECK(!verdict.ok());
    asked_ = choices_.asked_so_far();
    choices_.record(nullptr);
    result_.questions = asked_.size();
    halve();
    if (result_.choice) look_further();
    result_.is_cut = is_out();
    return result_;
  }

 private:
  [[nodiscard]] bool is_out() const {
    return result_.branches >= options_.most_branches ||
           (options_.interrupted != nullptr && *options_.interrupted);
  }

  bool leads_to_good(std::size_t question, const Rest& rest) {
    if (is_out()) return false;
    ++result_.branches;
    ++result_.after;
    choices_.restart(failing_, question, rest);
    const Verdict verdict = simulation_.run(choices_);
    if (!verdict.ok() || verdict.end == RunEnd::interrupted) return false;
    result_.choice = asked_[question];
    result_.question = question;
    result_.rest = rest;
    result_.after = 0;
    return true;
  }

  // The likely ones first.
  bool is_good_reachable(std::size_t question) {
    const Asked& asked = asked_[question];
    if (leads_to_good(question, {.kind = Rest::Kind::calm})) return true;
    for (std::uint32_t option = 0; option < asked.options; ++option) {
      if (option == asked.option) continue;
      for (const Rest::Kind kind : {Rest::Kind::listed, Rest::Kind::calm}) {
        if (leads_to_good(question, {.kind = kind, .first = option})) return true;
      }
    }
    for (std::uint32_t seed = 1; seed <= options_.random_rests; ++seed) {
      const auto kind = seed % 2 == 0 ? Rest::Kind::random : Rest::Kind::without;
      if (leads_to_good(question, {.kind = kind, .seed = seed})) return true;
    }
    return false;
  }

  void halve() {
    std::size_t good = 0;             // before it, if any
    std::size_t bad = asked_.size();  // from here on not, as far as is known
    while (good < bad && !is_out()) {
      const std::size_t middle = good + (bad - good) / 2;
      if (is_good_reachable(middle)) {
        good = middle + 1;
      } else {
        bad = middle;
      }
    }
  }

  void look_further() {
    const auto last = [this] {
      return std::min(asked_.size(), result_.question + 1 + options_.window);
    };
    for (std::size_t at = result_.question + 1; at < last() && !is_out(); ++at) {
      (void)is_good_reachable(at);
    }
  }

  Simulation simulation_;
  const Deviations& failing_;
  const NoReturnOptions& options_;
  BranchChoices choices_;
  std::vector<Asked> asked_;
  NoReturn result_;
};

}  // namespace

NoReturn point_of_no_return(const Scenario& scenario, const CharmUnderTest& charm,
                            const Deviations& failing, const NoReturnOptions& options) {
  return Search(scenario, charm, failing, options).run();
}

}  // namespace sim
