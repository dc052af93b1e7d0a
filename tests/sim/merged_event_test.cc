// Which events a dispatch may drop as duplicates. A dispatch that drops another one is a mutant
// (tests/mutants/queue-drops-a-different-event.patch).
#include "sim/properties/merged_event.h"

#include <gtest/gtest.h>

#include "charm/postgresql_k8s.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;

TEST(AMergedEvent, HasItsEqualInTheQueue) {
  const charm::CharmDefinition& charm = charm::postgresql_k8s();
  const Event broken{.kind = EventKind::relation_broken, .subject = 3, .relation = {7}};
  const auto at =
      static_cast<std::uint16_t>(std::ranges::find_if(charm.handlers,
                                                      [&](const charm::Handler& handler) {
                                                        return observes(handler, broken);
                                                      }) -
                                 charm.handlers.begin());
  ASSERT_LT(at, charm.handlers.size());
  const charm::Handler& handler = charm.handlers[at];
  EXPECT_FALSE(is_equal_queued({}, charm, handler, broken));
  EXPECT_TRUE(is_equal_queued({{at, broken}}, charm, handler, broken));
  Event of_another = broken;
  of_another.relation = {8};
  EXPECT_FALSE(is_equal_queued({{at, of_another}}, charm, handler, broken));
  const auto other_handler = static_cast<std::uint16_t>(at - 1);
  EXPECT_FALSE(is_equal_queued({{other_handler, broken}}, charm, handler, broken));
  EXPECT_FALSE(is_equal_queued({{charm::no_handler, broken}}, charm, handler, broken));
}

}  // namespace
}  // namespace sim
