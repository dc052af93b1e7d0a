// Zeroed memory that grows where it is: addresses are set aside at first, and taken as they are
// needed. Nothing moves, and nothing is given back meanwhile: that would stop every worker's
// processor.
#pragma once

#include <cstddef>
#include <utility>

namespace sim::explorer {

class ZeroedMemory {
 public:
  ZeroedMemory() = default;
  // As many addresses as the machine has memory, divided by so many. Throws std::bad_alloc.
  explicit ZeroedMemory(std::size_t sharers);
  ~ZeroedMemory() { release(); }
  ZeroedMemory(ZeroedMemory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  ZeroedMemory& operator=(ZeroedMemory&& other) = delete;

  // From the beginning so many bytes can be used. Throws std::bad_alloc.
  void take(std::size_t bytes);

  [[nodiscard]] void* data() const { return data_; }

 private:
  void release();

  void* data_ = nullptr;
  std::size_t bytes_ = 0;  // set aside
};

}  // namespace sim::explorer
