// What a dispatch takes along from one of its handlers to the next: nothing that they have heard.
// The charm's handlers have no memory of their own (charm/runtime/unit.h: ports, and the path,
// which each begins anew); what they have written stands in the world, staged. So between two of
// them it only matters what is still to come, and what the dispatch has kept.
#pragma once

#include <cstdint>

#include "charm/types/notice.h"
#include "model/hash.h"

namespace sim {

// The notices that a dispatch was told, by their hashes; all of them at once, before its handlers.
class ToldNotices {
 public:
  void begin() { *this = {}; }

  void tell(const charm::Notices& queue) {
    begin();
    told_ = left_ = kept_ = static_cast<std::uint32_t>(queue.size());
    std::uint64_t place = left_;
    for (const charm::Notice& notice : queue) to_come_ += model::mix(place--, hash_of(notice));
  }

  // A handler begins. (What is skipped, because no handler is there for it, stays in the sum, and
  // tells apart what need not be.)
  void begin_handler(const charm::Notice& notice, bool reemitted) {
    running_ = hash_of(notice);
    is_reemitted_ = reemitted;
    runs_ = true;
    if (reemitted) to_come_ -= model::mix(left_--, running_);
  }
  void end_handler(bool deferred) {
    runs_ = false;
    if (!is_reemitted_) {
      kept_new_ = model::mix(kept_new_, deferred ? running_ : 0);
    } else if (deferred) {
      kept_again_ += running_;
    } else {
      --kept_;
    }
  }
  // How many of the queue have not been run, or have deferred again.
  [[nodiscard]] std::size_t kept() const { return kept_; }

  // The same where the dispatch goes on the same way, whatever the answers so far were. How many it
  // was told decides whether it writes what it has kept.
  [[nodiscard]] std::uint64_t digest() const {
    // Which one has run last is nothing to a queue that goes on behind it.
    const std::uint64_t place = runs_ || !is_reemitted_ ? running_ : 0;
    const std::uint64_t flags = (runs_ ? 2U : 0U) + (is_reemitted_ ? 1U : 0U);
    const std::uint64_t kept = model::mix(kept_again_, kept_new_);
    return model::mix(model::mix(to_come_, kept), model::mix(place, told_ * 4U + flags));
  }

 private:
  static std::uint64_t hash_of(const charm::Notice& notice) {
    const charm::Event& event = notice.event;
    const std::uint64_t units = event.remote_unit.ordinal * 0x10000U + event.departing_unit.ordinal;
    const std::uint64_t what = static_cast<std::uint64_t>(event.kind) * 0x100U + event.subject;
    return model::mix(model::mix(notice.handler, what), model::mix(units, event.relation.number));
  }

  std::uint64_t to_come_ = 0;     // a sum, from which each is taken as it begins
  std::uint64_t kept_again_ = 0;  // a sum: they are stored in their old order (deferral_order.h)
  std::uint64_t kept_new_ = 0;    // of the event's own
  std::uint64_t running_ = 0;     // or has run last
  std::uint32_t told_ = 0;
  std::uint32_t left_ = 0;  // to come
  std::uint32_t kept_ = 0;
  bool is_reemitted_ = false;  // that one
  bool runs_ = false;
};

}  // namespace sim
