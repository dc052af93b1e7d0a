// The next smaller cases: RapidCheck takes the first that fails, and asks again from there.
#pragma once

#include <rapidcheck.h>

#include "sim/check/checked_case.h"

namespace sim {

// Of the scenario: without its faults, a step, a unit (with the steps that need it), a kind of
// fault, or what else its world has; with a fault less, or no wait before a step. Of the choices:
// without those that ask the same, without ever smaller parts, without each one by itself, and each
// at every smaller option. All of these if none of them fails: then nothing can be left out any
// more, nor be made calmer. Deterministic.
rc::Seq<CheckedCase> smaller(const CheckedCase& one, const CharmUnderTest& charm);

}  // namespace sim
