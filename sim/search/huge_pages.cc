#include "sim/search/huge_pages.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace sim {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20U;
// The heap grows by so much: of eight at least seven are whole.
constexpr int heap_step = 8 * static_cast<int>(huge_page);

char* end_of_heap() { return static_cast<char*>(sbrk(0)); }

}  // namespace

void advise_huge_pages(void* begin, std::size_t bytes) {
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::size_t before = (huge_page - address % huge_page) % huge_page;
  if (bytes < before + huge_page) return;
  const std::size_t whole = (bytes - before) / huge_page * huge_page;
  (void)madvise(static_cast<char*>(begin) + before, whole, MADV_HUGEPAGE);
}

GrowingHeap::GrowingHeap() : end_(end_of_heap()) { (void)mallopt(M_TOP_PAD, heap_step); }

void GrowingHeap::look() {
  char* const end = end_of_heap();
  if (end > end_) advise_huge_pages(end_, static_cast<std::size_t>(end - end_));
  if (end != end_) end_ = end;
}

}  // namespace sim
