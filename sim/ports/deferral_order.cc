// An order is a number in factorial base: which of those left comes next, one digit a place.
#include "sim/ports/deferral_order.h"

#include <algorithm>

namespace sim {
namespace {

constexpr std::size_t most_permuted = 8;  // 40,320 orders

std::uint32_t factorial(std::size_t n) {
  std::uint32_t product = 1;
  for (std::uint32_t factor = 2; factor <= n; ++factor) product *= factor;
  return product;
}

}  // namespace

std::uint32_t deferral_orders(std::size_t queued) {
  return factorial(std::min(queued, most_permuted));
}

void draw_forward(charm::Notices& queue, std::size_t place, std::uint32_t nth) {
  charm::Notice* first = queue.begin() + place;
  std::rotate(first, first + nth, first + nth + 1);
}

void reorder(charm::Notices& queue, std::uint32_t order) {
  const std::size_t permuted = std::min(queue.size(), most_permuted);
  for (std::size_t place = 0; order != 0; ++place) {
    const std::uint32_t orders_of_rest = factorial(permuted - place - 1);
    draw_forward(queue, place, order / orders_of_rest);
    order %= orders_of_rest;
  }
}

void restore_order(const charm::Notices& queue, charm::Notices& kept, std::size_t again) {
  charm::Notice* next = kept.begin();
  charm::Notice* const end = next + std::min(again, kept.size());
  for (const charm::Notice& notice : queue) {
    charm::Notice* found = std::find(next, end, notice);
    if (found == end) continue;
    std::rotate(next, found, found + 1);
    ++next;
  }
}

}  // namespace sim
