// PostgreSQL by SQL, the clock, and where passwords come from.
#include "model/kubernetes.h"
#include "model/network.h"
#include "model/postgresql.h"
#include "sim/ports/ports.h"

namespace sim {

std::expected<charm::UnitSet, charm::Unreachable> PostgreSQLPort::waited_for() {
  return gate_.make(Call::waited_for, 0,
                    [this]() -> std::expected<charm::UnitSet, charm::Unreachable> {
                      const model::UnitState& unit = gate_.world().unit(gate_.unit());
                      if (unit.postgres.database != model::Database::running) {
                        return std::unexpected(charm::Unreachable{});
                      }
                      return unit.member.sync_names;
                    });
}

std::expected<void, charm::Unreachable> PostgreSQLPort::create_users_and_grants() {
  return gate_.make(
      Call::create_users_and_grants, 0, [this]() -> std::expected<void, charm::Unreachable> {
        const charm::MaybeUnit target =
            model::kubernetes::connect_to_primary(gate_.step(), gate_.unit());
        const bool answers =
            target && model::network::answers_in_time(gate_.step(), gate_.unit(), *target);
        if (!answers || !model::postgresql::is_primary(gate_.world(), *target)) {
          return std::unexpected(charm::Unreachable{});
        }
        return {};
      });
}

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
                    [user] { return password_of(user); });
}

}  // namespace sim
