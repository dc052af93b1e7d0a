#include "tests/live/scenes/pods.h"

#include <chrono>
#include <utility>

#include "charm/live/process.h"
#include "tests/support/places.h"

namespace scenes {

using charm::UnitName;

Pods::~Pods() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  keepers_.clear();
}

void Pods::ask(UnitName unit, const std::string& command) {
  {
    const std::lock_guard lock(mutex_);
    Keeper& keeper = keepers_[unit];
    keeper.asked.push_back(command);
    if (!keeper.thread.joinable()) keeper.thread = std::jthread([this, unit] { keep(unit); });
  }
  changed_.notify_all();
}

std::vector<Pods::Done> Pods::done() {
  const std::lock_guard lock(mutex_);
  return std::exchange(done_, {});
}

void Pods::keep(UnitName unit) {
  std::unique_lock lock(mutex_);
  while (true) {
    auto& asked = keepers_.at(unit).asked;
    changed_.wait(lock, [&] { return over_ || !asked.empty(); });
    if (asked.empty()) return;
    const std::string command = asked.front();
    asked.pop_front();
    lock.unlock();
    const auto ended = charm::live::run({.arguments = {tests::in_repository("tests/live/rig/pod"),
                                                       command, std::to_string(unit.ordinal)},
                                         .input = {},
                                         .deadline = std::chrono::seconds(60)});
    const std::string failure = ended.well() ? "" : to_text(ended) + ": " + ended.errors;
    lock.lock();
    done_.push_back({.unit = unit, .command = command, .failure = failure});
  }
}

}  // namespace scenes
