#include "charm/live/volume.h"

#include <algorithm>

namespace charm::live {

std::optional<std::uint8_t> free_percent_of(const std::filesystem::path& path,
                                            std::error_code& error) {
  const std::filesystem::space_info space = std::filesystem::space(path, error);
  if (error) return std::nullopt;
  if (space.capacity == 0) {  // a file system that keeps nothing
    error = std::make_error_code(std::errc::not_supported);
    return std::nullopt;
  }
  const double share = static_cast<double>(std::min(space.available, space.capacity)) /
                       static_cast<double>(space.capacity);
  return static_cast<std::uint8_t>(100 * share);
}

}  // namespace charm::live
