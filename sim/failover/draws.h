// Who answers in a measured run: every moment within its window is as likely as any other, and the
// one fault that the kind names comes about. Not a search: nothing is wilder than the model says.
#pragma once

#include "sim/choices/choices.h"
#include "sim/failover/kinds.h"

namespace sim::failover {

// Whether each option of it is as likely as any other. Of what the model cannot know how often it
// happens, only that it can, the calm way is taken: what Juju's agents have not heard of yet,
// whether a dead leader's lease is revoked, what is left of a bag.
bool has_known_odds(Question question);

// Counter-based like RandomChoices: an answer depends on the seed, the label and the count alone.
// So two settings with one seed have the same luck wherever they ask the same.
class Draws final : public Choices {
 public:
  // `target` is the place of the unit that a mishap befalls, among those that exist.
  void restart(std::uint64_t seed, const std::optional<Mishap>& mishap, std::uint32_t target);

  // From nothing up to that, all of them as likely; `what` tells draws of one run apart.
  [[nodiscard]] charm::Duration wait(std::uint32_t what, charm::Duration below) const;

 private:
  std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t nth) override;

  std::uint64_t seed_ = 0;
  std::optional<Mishap> mishap_;
  std::uint32_t target_ = 0;
};

}  // namespace sim::failover
