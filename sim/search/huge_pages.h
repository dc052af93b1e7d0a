// Memory of a search by the kernel's huge pages, where it has them: a search touches tens of
// megabytes once, each page of 4 KiB at the cost of a page fault, and looks into them anywhere.
#pragma once

#include <cstddef>
#include <new>

namespace sim {

// Asks for them for the part of that memory that makes whole huge pages. Advice: nothing fails.
void advise_huge_pages(void* begin, std::size_t bytes);

// For a container that is large in one piece.
template <class T>
struct HugePageAllocator {
  using value_type = T;

  HugePageAllocator() = default;
  template <class Other>
  explicit HugePageAllocator(const HugePageAllocator<Other>& /*other*/) {}

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    void* memory = ::operator new(bytes, alignment(bytes));
    advise_huge_pages(memory, bytes);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    ::operator delete(memory, alignment(count * sizeof(T)));
  }
  friend bool operator==(const HugePageAllocator& /*a*/, const HugePageAllocator& /*b*/) {
    return true;
  }

 private:
  static std::align_val_t alignment(std::size_t bytes) {
    constexpr std::size_t huge = std::size_t{2} << 20U;
    return std::align_val_t{bytes < huge ? alignof(std::max_align_t) : huge};
  }
};

// The heap, as it grows: by larger steps than else, and these by huge pages.
class GrowingHeap {
 public:
  GrowingHeap();
  // Has it grown? Then for what is new; what was there before stays as it is.
  void look();

 private:
  char* end_ = nullptr;
};

}  // namespace sim
