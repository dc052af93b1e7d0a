// Threads that do the parts of one task together. Who does which part is left open, so nothing that
// is reported may depend on it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace sim::explorer {

class Team {
 public:
  // The caller is one of the workers. As long as the team is there each keeps to a processor of its
  // own, if there are enough; those of another process may be the same. std::system_error: so many
  // threads cannot be made.
  explicit Team(unsigned workers);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  // Returns when all parts are done. The parts throw nothing.
  void each(std::size_t parts, const std::function<void(std::size_t)>& work);

 private:
  void make_helpers(unsigned workers);
  void end();
  void help(unsigned worker);
  void do_parts(unsigned worker);

  const std::function<void(std::size_t)>* work_ = nullptr;
  std::size_t parts_ = 0;
  std::atomic<std::uint64_t> taken_{0};  // from the front, and in the upper half from the back
  std::atomic<unsigned> round_{0};       // a new one is there to be done
  std::atomic<unsigned> busy_{0};        // helpers that have not ended the round
  std::atomic<bool> is_over_{false};
  std::vector<std::jthread> helpers_;
};

}  // namespace sim::explorer
