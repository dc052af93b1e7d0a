// For the tests of Patroni: who is what, and when the lock was renewed.
#pragma once

#include "model/patroni_objects.h"
#include "tests/model/world_fixture.h"

namespace model::given {

struct PatroniTest : WorldFixture {
  static constexpr Duration ttl = 30s;
  static constexpr Duration loop_wait = 10s;

  bool is_primary(UnitName unit) { return postgresql::is_primary(world, unit); }
  bool is_streaming(UnitName unit) { return postgresql::is_streaming(world, unit); }
  charm::MaybeMember lock_holder() { return dcs().lock_holder; }
  // The moment of the last renewal: everybody has seen it.
  void run_to_renewal() {
    const std::uint32_t before = dcs().lock_version;
    run_until([this, before] { return dcs().lock_version != before; });
    run_for(100ms);
  }
  void kill_process(UnitName unit) { patroni::kill_process(step, unit); }
};

}  // namespace model::given
