// What a run has met: arrows, reasons, faults, and what came after a reason or a fault.
#include "sim/search/observed.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::UnitName;

constexpr charm::Handler handler{"peers", "peers", charm::EventKind::update_status, 0, nullptr};

// Told as a trace would: who deferred why, and what struck where.
class Told {
 public:
  Told() { next_run().of(UnitName{0}); }
  Told& deferral(const char* reason) {
    const charm::Outcome outcome{charm::Outcome::Kind::deferred, reason};
    const charm::Path path;
    TraceEvent event;
    event.kind = TraceKind::handler_ended;
    event.unit = unit_;
    event.handler = &handler;
    event.outcome = outcome;
    event.path = &path;
    observed_.take(event);
    return *this;
  }
  Told& fault(FaultKind kind, const char* call) {
    TraceEvent event;
    event.kind = TraceKind::fault;
    event.unit = unit_;
    event.text = to_text(kind);
    event.detail = call;
    observed_.take(event);
    return *this;
  }
  // The hook under way has ended, and another begins.
  Told& hook() {
    TraceEvent event;
    event.unit = unit_;
    event.kind = TraceKind::hook_ended;
    observed_.take(event);
    event.kind = TraceKind::hook_started;
    observed_.take(event);
    return *this;
  }
  Told& of(UnitName unit) {
    unit_ = unit;
    return hook();
  }
  Told& next_run() {
    observed_.begin_run();
    return hook();
  }
  const std::vector<std::uint64_t>& features() { return observed_.features(); }

 private:
  Observed observed_{true};
  UnitName unit_{0};
};

TEST(WhatARunHasMet, IsEachReasonAndEachFaultOnce) {
  EXPECT_EQ(Told().features().size(), 0U);
  EXPECT_EQ(Told().deferral("a").features().size(), 1U);
  // A reason, and that it came again after it has.
  EXPECT_EQ(Told().deferral("a").deferral("a").deferral("a").features().size(), 2U);
}

TEST(WhatARunHasMet, HasAPairForWhatCameAfterACause) {
  // a, b, and b after a.
  EXPECT_EQ(Told().deferral("a").deferral("b").features().size(), 3U);
  // a, the fault with its call and without, b; fault after a, b after a, b after the fault.
  EXPECT_EQ(Told()
                .deferral("a")
                .fault(FaultKind::refuse_kubernetes, "kubernetes.label")
                .deferral("b")
                .features()
                .size(),
            7U);
}

TEST(WhatARunHasMet, TellsWhichOfTwoCameFirst) {
  Told ab;
  Told ba;
  const std::vector<std::uint64_t> one = ab.deferral("a").deferral("b").features();
  const std::vector<std::uint64_t> other = ba.deferral("b").deferral("a").features();
  std::vector<std::uint64_t> both;
  std::ranges::set_intersection(one, other, std::back_inserter(both));
  EXPECT_EQ(both.size(), 2U) << "the reasons themselves";
}

TEST(WhatARunHasMet, BeginsAnewWithEachRun) {
  Told told;
  EXPECT_EQ(told.deferral("a").next_run().deferral("b").features().size(), 1U);
}

TEST(WhatARunHasMet, PairsNothingWithWhatIsLongOver) {
  EXPECT_EQ(Told().deferral("a").hook().deferral("b").features().size(), 3U) << "the next hook";
  EXPECT_EQ(Told().deferral("a").hook().hook().deferral("b").features().size(), 2U);
}

TEST(WhatARunHasMet, PairsNothingWithWhatBefellAnother) {
  EXPECT_EQ(Told().deferral("a").of(UnitName{1}).deferral("b").features().size(), 2U);
}

}  // namespace
}  // namespace sim
