// What a unit serves is held against what the provider has for it.
#include "sim/properties/tls.h"

#include <algorithm>

#include "sim/properties/refresh.h"

namespace sim::properties::judge {
namespace {

using charm::UnitName;
using model::Relating;

// The relation with the provider that is there, or none; or what keeps it from being either.
struct Provider {
  bool is_there = false;
  std::string_view between;
};

Provider provider(const model::World& world) {
  Provider found;
  for (std::size_t at = model::max_clients; at < model::max_relations; ++at) {
    switch (world.shared().relations[at].life) {
      case Relating::made: found.between = "the provider is on its way"; break;
      case Relating::dying: found.between = "the relation with the provider is not gone"; break;
      case Relating::joined:
      case Relating::requested: found.is_there = true; break;
      case Relating::never:
      case Relating::gone: break;
    }
  }
  return found;
}

// How a unit is not as it shall be; empty if it is.
std::string_view wrong_of(const model::UnitState& unit, bool wanted) {
  const model::TlsRecord& tls = unit.record.tls;
  if (wanted && (tls.issued == 0 || tls.revoked)) return " has no certificate";
  if (unit.member.tls != wanted) return wanted ? " talks plainly" : " talks TLS";
  if (wanted && unit.member.certificate != tls.issued) return " talks with an old certificate";
  if (tls.announced != wanted) return " announces another scheme than it serves";
  if (unit.container.checks_https != wanted) return " is asked by Pebble in the wrong scheme";
  return {};
}

}  // namespace

std::optional<std::string> tls_converges(const Moment& moment) {
  const Provider now = provider(moment.world);
  if (!now.between.empty()) return std::string(now.between);
  for (UnitName name : moment.world.planned()) {
    const model::UnitState& unit = moment.world.unit(name);
    if (unit.pod.node_lost || is_silenced_by_refresh(moment.world, name)) continue;
    const std::string_view wrong = wrong_of(unit, now.is_there);
    if (!wrong.empty()) return name_of(moment, name).append(wrong);
  }
  return std::nullopt;
}

std::optional<std::string> clients_know_tls(const Moment& moment) {
  const auto all = clients(moment.scenario);
  // They are told when every unit has it.
  if (std::ranges::any_of(moment.world.planned(), [&moment](charm::UnitName name) {
        return is_silenced_by_refresh(moment.world, name);
      })) {
    return std::nullopt;
  }
  const model::PemNumber authority =
      provider(moment.world).is_there ? moment.world.shared().authority : 0;
  for (std::size_t client = 0; client < all.size(); ++client) {
    const model::ClientRelation& relation = moment.world.shared().relations[client];
    if (relation.life != Relating::requested || relation.bag.password == 0) continue;
    if (moment.world.planned().empty() || relation.bag.authority == authority) continue;
    if (relation.bag.authority == 0) return all[client]->client + " is not told to talk TLS";
    return all[client]->client + " is told of an authority that is not the provider's";
  }
  return std::nullopt;
}

std::optional<std::string> keys_match(const Moment& moment) {
  return name_of(moment, *moment.facts.front().unit) +
         " loads files that do not belong to each other";
}

std::optional<std::string> tls_switched(const Moment& moment) {
  return name_of(moment, *moment.facts.front().unit);
}

}  // namespace sim::properties::judge
