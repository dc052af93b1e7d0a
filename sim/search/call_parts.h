// The port calls of a hook by what they read and write, as far as their steps can be independent of
// what other units do (independence.h). What stands in none of these sets counts as dependent.
#pragma once

#include <array>
#include <bitset>
#include <initializer_list>

#include "model/state.h"
#include "sim/ports/calls.h"
#include "sim/search/writers.h"

namespace sim {

using Calls = std::bitset<call_count>;

inline Calls set_of(std::initializer_list<Call> list) {
  Calls set;
  for (const Call call : list) set.set(static_cast<std::size_t>(call));
  return set;
}

// Of what its hook and its agent know, and of what only the story changes.
inline const Calls& of_its_hook() {
  static const Calls set = set_of({Call::peers,
                                   Call::planned_units,
                                   Call::config,
                                   Call::unit_status,
                                   Call::set_unit_status,
                                   Call::notices,
                                   Call::set_notices,
                                   Call::log,
                                   Call::open_ports,
                                   Call::set_restart_state,
                                   Call::set_upgrade_state,
                                   Call::restart_states,
                                   Call::upgrade_states,
                                   Call::sleep,
                                   Call::set_deadline,
                                   Call::deadline_passed,
                                   Call::node_resources,
                                   Call::is_leader,
                                   Call::endpoints,
                                   Call::set_endpoints,
                                   Call::cluster_initialised,
                                   Call::set_cluster_initialised,
                                   Call::passwords,
                                   Call::set_password,
                                   Call::restart_granted,
                                   Call::set_restart_granted,
                                   Call::upgrade_stack,
                                   Call::set_upgrade_stack,
                                   Call::upgrade_standbys,
                                   Call::set_upgrade_standbys,
                                   Call::dependencies,
                                   Call::set_dependencies,
                                   Call::make_password,
                                   Call::client_relations,
                                   Call::set_workload_version});
  return set;
}
// Of these, what reads a shared part.
struct Reading {
  SharedPart part{};
  Calls calls;
  // Once it has looked, a hook goes on with what it has seen.
  bool model::Staged::* has_looked = nullptr;
};
inline const std::array<Reading, 10>& readings() {
  static const std::array all{
      Reading{SharedPart::leadership,
              set_of({Call::is_leader, Call::set_endpoints, Call::set_cluster_initialised,
                      Call::set_password, Call::set_restart_granted, Call::set_upgrade_stack,
                      Call::set_upgrade_standbys, Call::set_dependencies, Call::passwords})},
      Reading{SharedPart::bag,
              set_of({Call::endpoints, Call::set_endpoints, Call::cluster_initialised,
                      Call::set_cluster_initialised}),
              &model::Staged::bag_read},
      Reading{SharedPart::secret, set_of({Call::passwords})},
      Reading{SharedPart::restart_bag, set_of({Call::restart_granted, Call::set_restart_granted}),
              &model::Staged::restart_read},
      Reading{SharedPart::upgrade_bag,
              set_of({Call::upgrade_stack, Call::set_upgrade_stack, Call::upgrade_standbys,
                      Call::set_upgrade_standbys, Call::dependencies, Call::set_dependencies}),
              &model::Staged::upgrade_read},
      Reading{SharedPart::peer_states, set_of({Call::restart_states, Call::upgrade_states})},
      Reading{SharedPart::password_count, set_of({Call::make_password})},
      Reading{SharedPart::relations, set_of({Call::client_relations})},
      Reading{SharedPart::dcs, set_of({Call::sees_no_leader})},
      Reading{SharedPart::cluster, set_of({Call::cluster, Call::published_members})},
  };
  return all;
}
// Of its container and its volume.
inline const Calls& of_its_container() {
  static const Calls set =
      set_of({Call::can_connect, Call::create_data_directory, Call::holds_database,
              Call::free_percent_of_volume, Call::has_locale, Call::is_plan_current,
              Call::is_service_running, Call::tls_files, Call::write_patroni_configuration,
              Call::database_version, Call::is_exporter_current});
  return set;
}

// Of its member, as its REST API shows it, or what it has published.
inline const Calls& of_its_member() {
  static const Calls set = set_of({Call::own_health, Call::is_restart_pending, Call::sees_no_leader,
                                   Call::cluster, Call::published_members});
  return set;
}
// Of its record, apart from its bags.
inline const Calls& of_its_record() {
  static const Calls set = set_of({Call::tls});
  return set;
}
// Of the deadline that it has set.
inline const Calls& of_its_deadline() {
  static const Calls set = set_of({Call::set_deadline, Call::deadline_passed});
  return set;
}

// What is committed for others to read.
inline const Calls& that_write_bags() {
  static const Calls set =
      set_of({Call::set_endpoints, Call::set_cluster_initialised, Call::set_password,
              Call::set_restart_state, Call::set_upgrade_state, Call::set_restart_granted,
              Call::set_upgrade_stack, Call::set_upgrade_standbys, Call::set_dependencies});
  return set;
}

}  // namespace sim
