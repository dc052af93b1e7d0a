// The charm with one of its handlers, or some, exchanged for others.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "charm/hooks/hooks.h"
#include "charm/postgresql_k8s.h"
#include "sim/charm_under_test.h"
#include "tests/support/runs.h"

namespace sim::given {

struct Box {
  std::string_view handler;
  TinyCharm::Run run = nullptr;
};

class WithBox {
 public:
  // `deaf`: a handler that does not hear of update-status, where it mends what the box leaves.
  WithBox(std::string_view handler, TinyCharm::Run box, std::string_view deaf = {})
      : WithBox(std::vector<Box>{{handler, box}}, deaf) {}
  explicit WithBox(const std::vector<Box>& boxes, std::string_view deaf = {},
                   charm::Duplicates duplicates = charm::Duplicates::merged)
      : handlers_(charm::postgresql_k8s().handlers.begin(),
                  charm::postgresql_k8s().handlers.end()) {
    std::erase_if(handlers_, [deaf](const charm::Handler& own) {
      return own.name == deaf && own.on == charm::EventKind::update_status;
    });
    for (charm::Handler& own : handlers_) {
      for (const Box& box : boxes) {
        if (own.name == box.handler) own.run = box.run;
      }
    }
    definition_.handlers = handlers_;
    definition_.duplicates = duplicates;
  }
  [[nodiscard]] CharmUnderTest charm(
      std::span<const Property> properties = postgresql_properties()) const {
    return {&definition_, properties, nullptr};
  }

 private:
  std::vector<charm::Handler> handlers_;
  charm::CharmDefinition definition_ = charm::postgresql_k8s();
};

// Section 7, `cluster_status`: the own member is asked, whatever goes on. Not of section 11: the
// hazard is Patroni's (patroni-and-kubernetes.md, section 8.1), and the charm brings it about. As
// its update-status.
inline charm::Outcome ask_in_the_middle_of_a_race(charm::Unit& unit, const charm::Event& event) {
  for (int second = 0; second < 10; ++second) {
    (void)unit.patroni.cluster();
    unit.clock.sleep(std::chrono::seconds(1));
  }
  return on_update_status(unit, event);
}

// An outsider's write to Patroni's lock, by the charm, as its update-status: whoever is named
// promotes itself, whatever it lacks, while the one that led goes on until it hears of it
// (patroni-and-kubernetes.md, 1.13).
inline charm::Outcome name_the_own_member(charm::Unit& unit, const charm::Event& event) {
  const auto lock = unit.kubernetes.leader_annotation();
  if (lock) (void)unit.kubernetes.patch_leader_annotation(member_of(unit.name), lock->version);
  return on_update_status(unit, event);
}

// Section 3.1, step 6: by the peers that the unit has joined, not by Juju's plan.
inline charm::Outcome drop_whoever_is_no_peer_yet(charm::Unit& unit, const charm::Event& event) {
  charm::HostList kept;
  for (charm::HostName host : unit.juju.endpoints()) {
    if (unit.juju.peers().contains(unit_of(host)) || unit_of(host) == unit.name) {
      kept.push_back(host);
    }
  }
  (void)unit.juju.set_endpoints(kept);
  return on_leader_elected(unit, event);
}

}  // namespace sim::given
