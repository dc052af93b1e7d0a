// A digest of what an answer says, the same in each process: not of its bytes, among which there is
// padding, and there are addresses.
#pragma once

#include <concepts>
#include <cstdint>
#include <expected>
#include <optional>
#include <type_traits>

#include "charm/ports/kubernetes.h"
#include "charm/types/action.h"
#include "charm/types/bounded_vector.h"
#include "charm/types/client.h"
#include "charm/types/cluster.h"
#include "charm/types/coordination.h"
#include "charm/types/dependencies.h"
#include "charm/types/secret.h"
#include "charm/types/status.h"
#include "charm/types/tls.h"
#include "model/hash.h"

namespace sim {

template <class T>
  requires std::has_unique_object_representations_v<T> || std::is_empty_v<T>
std::uint64_t digest_of(const T& answer) {
  return std::is_empty_v<T> ? 0 : model::hash_bytes(&answer, sizeof answer, 1);
}

template <class... Parts>
std::uint64_t digest_of_all(const Parts&... parts);

inline std::uint64_t digest_of(const charm::Status& status) {
  return model::hash_text(status.message, static_cast<std::uint64_t>(status.kind));
}
// Which of the run's configurations it is stands in the world; and which action, too.
inline std::uint64_t digest_of(const charm::CharmConfig& /*config*/) { return 2; }
inline std::uint64_t digest_of(const charm::ActionParameters& /*parameters*/) { return 3; }
inline std::uint64_t digest_of(const charm::NodeResources& node) {
  return digest_of_all(node.cores, node.memory_bytes);
}
inline std::uint64_t digest_of(const charm::UpgradeStandbys& standbys) {
  return digest_of_all(standbys.units, standbys.restricted);
}
inline std::uint64_t digest_of(const charm::TlsState& tls) {
  return digest_of_all(tls.files.key, tls.files.certificate, tls.files.authority, tls.request,
                       tls.request_key, tls.announced);
}
inline std::uint64_t digest_of(const charm::CertificatesRelation& relation) {
  return digest_of_all(relation.asked, relation.certificate, relation.authority, relation.revoked);
}
inline std::uint64_t digest_of(const charm::ClientOffer& offer) {
  return digest_of_all(offer.password, offer.version, offer.in_secret, offer.read_only_endpoints,
                       offer.authority);
}
inline std::uint64_t digest_of(const charm::Dependencies& dependencies) {
  return digest_of_all(dependencies.charm.version, dependencies.charm.upgrade_supported,
                       dependencies.rock.version, dependencies.rock.upgrade_supported);
}
inline std::uint64_t digest_of(const charm::ports::LeftoverObject& object) {
  return digest_of_all(object.older_than_application, object.goes_with_application, object.version);
}
inline std::uint64_t digest_of(const charm::ports::LeaderAnnotation& annotation) {
  return digest_of_all(annotation.leader, annotation.version);
}
inline std::uint64_t digest_of(const charm::ports::BootstrapRecord& record) {
  return digest_of_all(record.state, record.unchanged_for.count(), record.version);
}

template <class T>
std::uint64_t digest_of(const std::optional<T>& answer);
template <class T, class E>
std::uint64_t digest_of(const std::expected<T, E>& answer);

template <class T, std::size_t N>
std::uint64_t digest_of(const charm::BoundedVector<T, N>& answer) {
  std::uint64_t digest = answer.size();
  for (const T& item : answer) digest = model::mix(digest, digest_of(item));
  return digest;
}
template <class T>
std::uint64_t digest_of(const std::optional<T>& answer) {
  return answer ? model::mix(digest_of(*answer), 1) : 0;
}
template <class T, class E>
std::uint64_t digest_of(const std::expected<T, E>& answer) {
  if (!answer) return model::mix(digest_of(answer.error()), 2);
  if constexpr (std::is_void_v<T>) {
    return 1;
  } else {
    return model::mix(digest_of(*answer), 3);
  }
}

// Answers that the hook compares with the world later: by the version of an object, which a write
// must meet, or by where WAL stood. The world's own are told apart by how far they are behind
// (model/canonical.h), so that a digest of such a number says nothing without what it is now.
template <class T>
inline constexpr bool is_measured = requires(const T& answer) {
  { answer.version.value } -> std::convertible_to<std::uint64_t>;
} || requires(const T& answer) { answer.lsn; };
template <class T, class E>
inline constexpr bool is_measured<std::expected<T, E>> = is_measured<T>;

template <class... Parts>
std::uint64_t digest_of_all(const Parts&... parts) {
  std::uint64_t digest = 0;
  ((digest = model::mix(digest, digest_of(parts))), ...);
  return digest;
}

}  // namespace sim
