// Texts as small numbers, so that a world stays flat. The numbers belong to one run or explorer:
// they never enter a hash, an order or a trace.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "charm/types/check.h"

namespace model {

class Texts {
 public:
  // 0 is the empty text. The charm's messages are few; this grows with their number, not with runs.
  std::uint16_t id_of(std::string_view text) {
    if (text.empty()) return 0;
    if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
    CHECK(texts_.size() < UINT16_MAX);
    texts_.emplace_back(text);
    const auto id = static_cast<std::uint16_t>(texts_.size());
    ids_.emplace(texts_.back(), id);
    return id;
  }
  // Lives as long as this object.
  [[nodiscard]] std::string_view text_of(std::uint16_t id) const {
    return id == 0 ? std::string_view() : std::string_view(texts_[id - 1U]);
  }

 private:
  std::deque<std::string> texts_;  // stable addresses: the map's keys look into it
  std::map<std::string_view, std::uint16_t> ids_;
};

}  // namespace model
