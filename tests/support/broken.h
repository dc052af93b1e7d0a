// What a charm with a mistake has to come to.
#pragma once

#include <gmock/gmock.h>

#include "sim/properties/property.h"
#include "sim/simulation.h"

namespace sim::given {

// That property alone is broken, and says so.
inline void expect_broken(const Verdict& verdict, const Property& property, const char* what) {
  ASSERT_THAT(verdict.violations, testing::SizeIs(1)) << property.name;
  EXPECT_EQ(verdict.violations[0].property, property.name);
  EXPECT_EQ(verdict.violations[0].form, property.form);
  EXPECT_THAT(verdict.violations[0].what, testing::HasSubstr(what));
}

}  // namespace sim::given
