// The clock, and where passwords come from.
#include "sim/ports/ports.h"

namespace sim {

void ClockPort::sleep(charm::Duration time) {
  gate_.make(Call::sleep, digest(static_cast<std::uint64_t>(time.count())), model::exactly(time),
             [] { return Done{}; });
}

void ClockPort::set_deadline(charm::Duration from_now) {
  gate_.make(Call::set_deadline, digest(static_cast<std::uint64_t>(from_now.count())),
             [this, from_now] {
               gate_.state().process.deadline_passed = false;
               gate_.world().arm(model::timer_id(gate_.unit(), model::UnitTimer::deadline),
                                 model::exactly(from_now));
               return Done{};
             });
}

bool ClockPort::deadline_passed() {
  return gate_.make(Call::deadline_passed, 0,
                    [this] { return gate_.state().process.deadline_passed; });
}

charm::Secret EntropyPort::make_password(charm::SystemUser user) {
  return gate_.make(Call::make_password, static_cast<std::uint32_t>(user),
                    [this, user] {
                      const std::uint16_t number = ++gate_.world().shared().passwords_made;
                      return system_password(user, number, scenario_);
                    });
}

charm::Secret EntropyPort::make_client_password(charm::RelationId relation) {
  return gate_.make(Call::make_client_password, relation.number,
                    [this] { return client_password(++gate_.world().shared().passwords_made); });
}

}  // namespace sim
