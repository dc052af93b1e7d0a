#include "sim/explorer/zeroed_memory.h"

#include <sys/mman.h>

#include <new>

namespace sim::explorer {

ZeroedMemory::ZeroedMemory(std::size_t bytes) : bytes_(bytes) {
  data_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data_ == MAP_FAILED) throw std::bad_alloc();
}

void ZeroedMemory::release() {
  if (data_ != nullptr) munmap(data_, bytes_);
}

}  // namespace sim::explorer
