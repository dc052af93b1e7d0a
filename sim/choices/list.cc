// Looks deviations up by label and count.
#include "sim/choices/list.h"

#include <algorithm>
#include <iterator>

namespace sim {

void ListChoices::restart(Deviations deviations) {
  reset();
  ignored_.clear();
  deviations_ = std::move(deviations);
  CHECK(std::is_sorted(deviations_.begin(), deviations_.end()));
}

Deviations ListChoices::unused() const {
  Deviations unused;
  std::ranges::copy_if(deviations_, std::back_inserter(unused), [this](const Deviation& given) {
    return given.nth >= asked(given.label) || std::ranges::find(ignored_, given) != ignored_.end();
  });
  return unused;
}

std::uint32_t ListChoices::choose(std::uint32_t option_count, Label label, std::uint32_t nth) {
  if (deviations_.empty()) return 0;
  const auto found =
      std::lower_bound(deviations_.begin(), deviations_.end(), Deviation{label, nth, 0});
  if (found == deviations_.end() || found->label != label || found->nth != nth) return 0;
  if (found->option < option_count) return found->option;
  ignored_.push_back(*found);
  return 0;
}

}  // namespace sim
