// How full a file system is that this process sees.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>

namespace charm::live {

// How much is free for who is not root, in whole per cent, rounded down. Nothing, and `error` says
// why: there is no such path, say.
std::optional<std::uint8_t> free_percent_of(const std::filesystem::path& path,
                                            std::error_code& error);

}  // namespace charm::live
