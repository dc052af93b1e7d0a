#include "sim/explorer/zeroed_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <bit>
#include <new>

namespace sim::explorer {

ZeroedMemory::ZeroedMemory(std::size_t sharers) {
  const auto pages = static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES));
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  bytes_ = std::bit_ceil(pages * page / sharers);
  data_ = mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data_ == MAP_FAILED) {
    data_ = nullptr;
    throw std::bad_alloc();
  }
}

// A page that is read before it is written is the kernel's one page of zeros at first. The write
// then exchanges it, and interrupts the processor of every other thread to make it forget the old
// one. So pages are there beforehand; a kernel that cannot do so (before 5.14) is only slower.
void ZeroedMemory::take(std::size_t bytes) {
  if (bytes > bytes_ || mprotect(data_, bytes, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  (void)madvise(data_, bytes, MADV_POPULATE_WRITE);
}

void ZeroedMemory::release() {
  if (data_ != nullptr) munmap(data_, bytes_);
}

}  // namespace sim::explorer
