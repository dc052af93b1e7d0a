// Random choices from a seed. With swarm weights every run draws anew how wild each kind of
// question is, and which kinds of faults there are; without, all runs are equally wild.
#pragma once

#include "sim/choices/choices.h"

namespace sim {

// All 64 bits are drawn anew for each (seed, label, count), and depend on nothing else.
std::uint64_t draw(std::uint64_t seed, Label label, std::uint32_t nth);

// Counter-based: an answer depends on the seed, the label and the count alone, not on what else was
// asked. So taking one deviation out of a run changes no other draw.
class RandomChoices final : public Choices {
 public:
  struct Options {
    // Beyond what ops does, to find handlers that need an order. Off, the order is never drawn: no
    // verdict about the charm as it will run depends on it.
    bool permutes_deferrals = false;
    bool swarm = true;
  };

  explicit RandomChoices(std::uint64_t seed) : RandomChoices(seed, Options()) {}
  RandomChoices(std::uint64_t seed, Options options) : options_(options) { restart(seed); }
  void restart(std::uint64_t seed);
  void restart(std::uint64_t seed, Options options) {
    options_ = options;
    restart(seed);
  }

 private:
  std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t nth) override;

  Options options_;
  std::uint64_t seed_ = 0;
  // Out of 65536, how often a question gets an answer that is not calm.
  std::array<std::uint32_t, question_count> wildness_{};
  // Which kinds of faults, and of mishaps, exist in this run at all: a bit for each option.
  std::uint64_t faults_ = 0;
  std::uint64_t mishaps_ = 0;
};

}  // namespace sim
