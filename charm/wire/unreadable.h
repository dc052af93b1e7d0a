// Whether everything of the charm's own state can be read: what Juju::unreadable_state() answers.
#pragma once

#include <array>
#include <vector>

#include "charm/types/state_key.h"
#include "charm/wire/keys.h"

namespace charm::wire {

// As the hook tools tell it at the beginning of a dispatch: of each place the bags that this unit
// may read. Of unit bags in peer relations the own one and those of the peers that are joined; of
// clients one for each relation, for the leader alone. A secret that there is not has no bag.
struct StoredState {
  std::array<std::vector<Bag>, place_count> bags;

  std::vector<Bag>& at(Place place) { return bags.at(static_cast<std::size_t>(place)); }
  [[nodiscard]] const std::vector<Bag>& at(Place place) const {
    return bags.at(static_cast<std::size_t>(place));
  }
};

struct Unreadable {
  StateKey key = StateKey::none;  // the first, in the order of StateKey
  std::string why;                // for the log; no secret is in it

  friend bool operator==(const Unreadable&, const Unreadable&) = default;
};
Unreadable first_unreadable(const CharmDefinition& charm, const AppName& app,
                            const StoredState& state);

}  // namespace charm::wire
