// A round begins with a new number, and ends when nobody is busy.
#include "sim/search/crew.h"

namespace sim {

Crew::Crew(unsigned workers) {
  try {
    for (unsigned worker = 0; worker < workers; ++worker) {
      threads_.emplace_back([this, worker] { help(worker); });
    }
  } catch (...) {  // those that are there would wait for ever
    end();
    throw;
  }
}

Crew::~Crew() { end(); }

void Crew::end() {
  const std::lock_guard lock(mutex_);
  is_over_ = true;
  changed_.notify_all();
}

void Crew::each(std::size_t pieces, const Work& work, std::chrono::milliseconds often,
                const std::function<void()>& wait) {
  std::unique_lock lock(mutex_);
  work_ = &work;
  pieces_ = pieces;
  next_ = 0;
  busy_ = static_cast<unsigned>(threads_.size());
  ++round_;
  changed_.notify_all();
  while (!changed_.wait_for(lock, often, [this] { return busy_ == 0; })) {
    lock.unlock();
    wait();
    lock.lock();
  }
}

void Crew::help(unsigned worker) {
  std::size_t seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this, seen] { return is_over_ || round_ != seen; });
    if (is_over_) return;
    seen = round_;
    lock.unlock();
    for (std::size_t piece = next_++; piece < pieces_; piece = next_++) (*work_)(worker, piece);
    lock.lock();
    if (--busy_ == 0) changed_.notify_all();
  }
}

}  // namespace sim
