// What Patroni's members have published in Kubernetes. Pure: from answers' bodies to values.
// Source: patroni-and-kubernetes.md, sections 1.2 to 1.4; which of it GET /cluster shows how:
// section 3.4.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "charm/live/kubernetes_objects.h"
#include "charm/types/cluster.h"

namespace charm::live {

// Which pods are members of this application's cluster: a label selector, as a URL has it.
std::string member_selector(const AppName& app);

// Whoever `-sync` names, by member's names in small letters, as Patroni compares them. Nobody, if
// it names no leader.
std::set<std::string> synchronous_names(const ObjectMeta& sync);

// A list of pods, and what the lock's object and `-sync` name: by ordinal. A pod whose record
// cannot be read has the state `other`, as Patroni has it. Nothing: it is no list of pods, or the
// name of one is no member's of this application, or one is there twice.
std::optional<ClusterView> parse_published_members(const AppName& app, std::string_view pods,
                                                   MaybeMember leader,
                                                   const std::set<std::string>& synchronous);

}  // namespace charm::live
