// Calls through the simulator's ports without a simulation: over a world that a case brings into
// the state that it wants.
#pragma once

#include <cstdlib>

#include "charm/types/check.h"
#include "sim/ports/ports.h"
#include "tests/model/world_fixture.h"

namespace charm::contract {

// A call takes the least time that it may, and nothing disturbs it.
struct CalmHost final : model::given::WorldFixture, sim::CallHost {
  explicit CalmHost(std::uint16_t units) : WorldFixture(units) {}
  void TestBody() override {}

  sim::Disturbance wait(sim::UnitRun& /*run*/, sim::Call /*call*/, model::Span time) override {
    run_for(time.least);
    return sim::Disturbance::none;
  }
  void effect_done(sim::UnitRun& /*run*/) override {}
  [[noreturn]] void report_nondeterminism(sim::UnitRun& /*run*/, sim::Call /*before*/,
                                          sim::Call /*now*/) override {
    CHECK(false && "nothing is replayed");
    std::abort();
  }
  std::uint32_t pick_deferral_order(sim::UnitRun& /*run*/, std::uint32_t /*orders*/) override {
    return 0;
  }
  model::Step& step() override { return WorldFixture::step; }
};

}  // namespace charm::contract
