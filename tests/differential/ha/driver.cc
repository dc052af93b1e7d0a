// Answers a JSON line with a view and answers by a JSON line with the decision. Usage:
// driver < lines. `driver --ask` leaves the answers out at first and gives each when it is asked
// for, as a caller would.
#include <iostream>
#include <string>
#include <string_view>

#include "tests/differential/ha/json.h"

namespace {

using namespace model::ha;

// What is to be decided: a pass of the loop, or one of the two ways to stop.
HaDecision decide_as_asked(const json& request, const HaView& view, const HaAnswers& answers) {
  const auto positions = request.at("positions").get<ShutdownPositions>();
  const std::string what = request.at("what");
  if (what == "step_down") return step_down(view, answers, positions);
  if (what == "shut_down") return shut_down(view, answers, positions);
  return decide(view, answers);
}

HaDecision decide_step_by_step(const json& request, const HaView& view, const HaAnswers& all) {
  HaAnswers given;
  given.peer = all.peer;
  given.leader = all.leader;
  given.reloaded = all.reloaded;
  for (;;) {
    const HaDecision decision = decide_as_asked(request, view, given);
    switch (decision.asks) {
      case Ask::nothing: return decision;
      case Ask::update_lock: given.update_lock = all.update_lock; break;
      case Ask::acquire_lock: given.acquire_lock = all.acquire_lock; break;
      case Ask::initialize: given.initialize = all.initialize; break;
      case Ask::peers: given.peers = all.peers; break;
      case Ask::failsafe: given.failsafe = all.failsafe; break;
      case Ask::reload: given.reload = all.reload; break;
      case Ask::history: given.history = all.history; break;
      case Ask::write_sync: {
        const std::size_t at = decision.sync_writes - std::size_t{1};
        given.write_sync[at] = all.write_sync[at];
        break;
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool asks = argc > 1 && std::string_view(argv[1]) == "--ask";
  std::ios::sync_with_stdio(false);
  std::string line;
  while (std::getline(std::cin, line)) {
    const json request = json::parse(line);
    const auto view = request.at("view").get<HaView>();
    const auto answers = request.at("answers").get<HaAnswers>();
    const HaDecision decision = asks ? decide_step_by_step(request, view, answers)
                                     : decide_as_asked(request, view, answers);
    std::cout << json(decision).dump() << '\n';
  }
}
