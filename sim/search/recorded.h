// Every question of a run and its answer, the calm ones too: what a run can be branched and
// compared by.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/choices/choices.h"
#include "sim/choices/random.h"
#include "sim/simulation.h"

namespace sim {

// A question as it was asked.
struct Asked {
  charm::Instant at;
  Label label;
  std::uint32_t nth = 0;
  std::uint32_t options = 0;
  std::uint32_t option = 0;  // the answer
  std::uint64_t events = 0;  // of the trace, before it
};

// What a run answers once it has left the recorded one.
struct Rest {
  enum class Kind : std::uint8_t {
    listed,   // as the list says: the recorded run itself, if nothing was changed before
    calm,     // option 0
    random,   // of a seed, with its faults
    without,  // of a seed, without faults
  };

  Kind kind = Kind::listed;
  std::uint64_t seed = 0;
  // For the first question after what is followed; none: it is answered as the others.
  std::optional<std::uint32_t> first;
};

// Follows a list for so many questions, and then goes its own way.
class BranchChoices final : public Choices {
 public:
  static constexpr std::uint64_t all = ~std::uint64_t{0};

  // `choices` is sorted.
  void restart(const Deviations& choices, std::uint64_t followed = all, Rest rest = {});
  // Writes down what that simulation asks; nullptr: nothing any more.
  void record(Simulation* simulation) { simulation_ = simulation; }
  [[nodiscard]] const std::vector<Asked>& asked_so_far() const { return asked_; }

 private:
  std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t nth) override;
  [[nodiscard]] std::uint32_t listed(std::uint32_t option_count, Label label,
                                     std::uint32_t nth) const;
  std::uint32_t answer(std::uint32_t option_count, Label label, std::uint32_t nth);

  Deviations choices_;
  std::uint64_t followed_ = all;
  Rest rest_;
  RandomChoices random_{0};
  Simulation* simulation_ = nullptr;
  std::vector<Asked> asked_;
};

// `postgresql-k8s/1 call, for the 18th time: option 3 of 16`, and what that means.
std::string to_text(const Asked& asked, const charm::AppName& app);
// Of a run of these choices, the first event that is told from this one on (from 0), as the story
// has it; empty: there is none.
std::string event_text(const Scenario& scenario, const charm::CharmDefinition& charm,
                       std::span<const Property> properties, const Deviations& choices,
                       std::uint64_t event);

}  // namespace sim
