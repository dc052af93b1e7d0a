// Text that must not be seen: it cannot be printed or compared by accident, only revealed on
// purpose.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "charm/types/check.h"

namespace charm {

class Secret {
 public:
  static constexpr std::size_t capacity = 63;

  Secret() = default;
  explicit Secret(std::string_view text) : size_(static_cast<std::uint8_t>(text.size())) {
    CHECK(text.size() <= capacity);
    std::copy(text.begin(), text.end(), text_.begin());
  }

  [[nodiscard]] bool empty() const { return size_ == 0; }
  // For the one place that hands it on (a file, a header, a connection); never for a log or an
  // error.
  [[nodiscard]] std::string_view reveal() const { return {text_.data(), size_}; }

  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::array<char, capacity> text_{};
  std::uint8_t size_ = 0;
};

// The charm users whose passwords the charm makes. Source: charm-hooks.md, section 1.5. All but the
// last are users of the database; `patroni` is known to Patroni's REST API alone.
enum class SystemUser : std::uint8_t { operator_user, replication, rewind, monitoring, patroni };
inline constexpr std::size_t system_user_count = 5;
inline constexpr std::size_t database_user_count = 4;

// As one revision of the application's secret has them, by SystemUser; an empty one nobody has made
// yet.
struct SystemPasswords {
  std::array<Secret, system_user_count> all;

  [[nodiscard]] Secret of(SystemUser user) const { return all[static_cast<std::size_t>(user)]; }
};

// What each user of the database logs in with, by SystemUser; an empty one is not known.
using DatabasePasswords = std::array<Secret, database_user_count>;

std::string_view to_text(SystemUser user);

}  // namespace charm
