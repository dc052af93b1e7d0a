// Threads that do numbered pieces of work, each piece by whichever thread comes first. A thread
// stays the same worker, so that what it keeps between two rounds never changes its thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sim {

class Crew {
 public:
  // Does the piece of this number, as this worker. Throws nothing.
  using Work = std::function<void(unsigned worker, std::size_t piece)>;

  // std::system_error: so many threads cannot be made.
  explicit Crew(unsigned workers);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // Returns when all are done; meanwhile calls `wait` every so often, in this thread.
  void each(std::size_t pieces, const Work& work, std::chrono::milliseconds often,
            const std::function<void()>& wait);

 private:
  void help(unsigned worker);
  void end();

  std::mutex mutex_;
  std::condition_variable changed_;
  const Work* work_ = nullptr;
  std::size_t pieces_ = 0;
  std::atomic<std::size_t> next_{0};
  std::size_t round_ = 0;  // a new one is there to be done
  unsigned busy_ = 0;      // workers that have not ended the round
  bool is_over_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace sim
