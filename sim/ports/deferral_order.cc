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

void reorder(charm::Notices& queue, std::uint32_t order) {
  const std::size_t permuted = std::min(queue.size(), most_permuted);
  for (std::size_t place = 0; order != 0; ++place) {
    const std::uint32_t orders_of_rest = factorial(permuted - place - 1);
    charm::Notice* next = queue.begin() + place + order / orders_of_rest;
    order %= orders_of_rest;
    std::rotate(queue.begin() + place, next, next + 1);
  }
}

}  // namespace sim
