// Hashes a world as it lies in memory, but for the text ids, which are local to a run.
#include "model/fingerprint.h"

#include "model/hash.h"

namespace model {

std::uint64_t fingerprint(const World& world, const Texts& texts) {
  std::uint64_t hash = hash_bytes(&world.shared(), sizeof(Shared), world.unit_count());
  for (const UnitState& unit : world.units()) {
    UnitState plain = unit;
    plain.status_text = 0;
    hash = hash_bytes(&plain, sizeof plain, hash);
    hash = hash_text(texts.text_of(unit.status_text), hash);
  }
  const auto lists = world.bytes_after_units();
  return hash_bytes(lists.data(), lists.size(), hash);
}

}  // namespace model
