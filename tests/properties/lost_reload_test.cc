// A reload that comes while PostgreSQL starts is lost (model/patroni/pg_hba.cc): what that breaks
// where uphold-passwords brings Patroni the same list again and again, and that this charm mends.
#include <gtest/gtest.h>

#include "charm/hooks/hooks.h"
#include "charm/steps/configuration.h"
#include "tests/support/hazards.h"

namespace sim {
namespace {

using charm::Event;
using charm::Outcome;
using charm::Unit;
using given::Hazard;

// It is not asked whether pg_hba.conf says what patroni.yml does.
Outcome reload_in_vain(Unit& unit, const Event& event) {
  if (event.kind == charm::EventKind::update_status && unit.juju.cluster_initialised()) {
    (void)charm::steps::update_config(unit);
  }
  return {};
}

class LostReload : public testing::TestWithParam<Hazard> {};

TEST_P(LostReload, BreaksAPropertyWhereNobodyLooksAndNoneHere) {
  given::expect_only_upstream_breaks(GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Stories, LostReload,
    testing::Values(Hazard{"WhoHasDepartedIsLetInForEver", "uphold-passwords", reload_in_vain,
                           "scenarios/reload-lost-in-a-start.json",
                           "a departed unit disappears everywhere"},
                    Hazard{"ThePrimaryRefusesItsStandbys", "uphold-passwords", reload_in_vain,
                           "scenarios/tls-off-while-a-member-starts.json",
                           "every planned unit is Active, listed and streaming"}),
    [](const auto& hazard) { return hazard.param.name; });

}  // namespace
}  // namespace sim
