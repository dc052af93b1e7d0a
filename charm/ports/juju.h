// What a hook asks of Juju. Writes to databags, secrets and the notices are staged: others see them
// only after the hook has ended well. Source: juju-and-pebble.md, sections 2 and 3.
#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "charm/types/client.h"
#include "charm/types/cluster.h"
#include "charm/types/coordination.h"
#include "charm/types/dependencies.h"
#include "charm/types/errors.h"
#include "charm/types/names.h"
#include "charm/types/notice.h"
#include "charm/types/secret.h"
#include "charm/types/state_key.h"
#include "charm/types/status.h"
#include "charm/types/tls.h"

namespace charm::ports {

class Juju {
 public:
  virtual ~Juju() = default;

  // True holds for at least 30 s from the call; a false answer stays false for the rest of the
  // dispatch.
  virtual bool is_leader() = 0;
  // The other units of the application whose `joined` hook of `database-peers` this unit has run;
  // never this unit.
  virtual UnitSet peers() = 0;
  // The units that the application shall have: those of goal-state that are not dying. Unlike
  // peers() it does not depend on which hooks this unit has run (juju-and-pebble.md, section 3.7).
  virtual UnitSet planned_units() = 0;
  virtual CharmConfig config() = 0;

  // The `endpoints` of the peer application bag; own writes are seen.
  virtual HostList endpoints() = 0;
  virtual std::expected<void, NotLeader> set_endpoints(const HostList& hosts) = 0;
  // The `cluster_initialised` flag of the peer application bag.
  virtual bool cluster_initialised() = 0;
  virtual std::expected<void, NotLeader> set_cluster_initialised() = 0;

  // The application's secret, all of it: `secret-get` reads a revision (charm-hooks.md, section
  // 1.5). Own writes are seen.
  virtual SystemPasswords passwords() = 0;
  virtual std::expected<void, NotLeader> set_password(SystemUser user, const Secret& password) = 0;

  // The peer relation `restart`. Own writes are seen; a peer's bag is as the agent has cached it,
  // until its changed runs; the application's is as at this hook's first look (juju-and-pebble.md,
  // section 2.4).
  virtual RestartStates restart_states() = 0;
  virtual void set_restart_state(RestartState state) = 0;
  // To whom the application's bag says `granted`: units that have gone stay there until the leader
  // writes it anew.
  virtual UnitSet restart_granted() = 0;
  virtual std::expected<void, NotLeader> set_restart_granted(UnitSet units) = 0;

  // The peer relation `upgrade`, by the same rules.
  virtual UpgradeMembers upgrade_states() = 0;
  virtual void set_upgrade_state(UpgradeState state) = 0;
  virtual UpgradeStack upgrade_stack() = 0;
  virtual std::expected<void, NotLeader> set_upgrade_stack(const UpgradeStack& stack) = 0;
  virtual UpgradeStandbys upgrade_standbys() = 0;
  virtual std::expected<void, NotLeader> set_upgrade_standbys(const UpgradeStandbys& standbys) = 0;
  // `dependencies` of the application's bag there; nothing if no revision has stored them.
  virtual std::optional<Dependencies> dependencies() = 0;
  virtual std::expected<void, NotLeader> set_dependencies(const Dependencies& dependencies) = 0;

  // The relations `database` whose scope this unit is in, in ascending order; not the one whose
  // relation-broken is dispatched.
  virtual ClientRelations client_relations() = 0;
  // Whether those are all there are: goal-state knows of no client whose relation-created this unit
  // has still to run.
  virtual bool knows_every_client() = 0;
  // What the client asks for, as it stands now; nothing in it as long as the client has not asked.
  virtual ClientRequest client_request(RelationId relation) = 0;
  // What this application has written for the client, in the bag and in the secret; own writes are
  // seen. Only the leader may read it.
  virtual std::expected<ClientOffer, NotLeader> client_offer(RelationId relation) = 0;
  virtual std::expected<void, NotLeader> set_client_offer(RelationId relation,
                                                          const ClientOffer& offer) = 0;

  // The unit secret and the own announcement; own writes are seen.
  virtual TlsState tls() = 0;
  virtual void set_tls(const TlsState& state) = 0;
  // The units, this one among them, whose peer bag has `tls`.
  virtual UnitSet tls_units() = 0;
  // The relation `certificates` whose scope this unit is in, if any; not the one whose
  // relation-broken is dispatched.
  virtual std::optional<CertificatesRelation> certificates() = 0;
  // The one request of this unit in it, in the place of any other; there is such a relation.
  virtual void request_certificate(Pem request) = 0;

  // The status that stands now, whichever hook has set it; its message lives until the dispatch
  // ends.
  virtual Status unit_status() = 0;
  // Takes effect at once and is never rolled back.
  virtual void set_unit_status(const Status& status) = 0;

  // The version that `juju status` shows. Takes effect at once and is never rolled back.
  virtual void set_workload_version(std::string_view version) = 0;
  // Those of PostgreSQL (5432) and of Patroni's REST API (8008), with the hook's transaction: the
  // application's own Service has them. Harmless where they are open.
  virtual void open_ports() = 0;

  // What of the charm's own state stands there and cannot be read, if anything: the first of it.
  // As long as there is some, dispatch() runs no handler (charm/runtime/dispatch.h), so that what
  // follows from it is asked by nobody, and nothing is written over it.
  virtual StateKey unreadable_state() = 0;

  // The deferral queue, oldest first: it lives in Juju's state store, hence in the hook's
  // transaction. What cannot be read of it is not among them, and stays where it is.
  virtual Notices notices() = 0;
  virtual void set_notices(const Notices& notices) = 0;

  // A debug line for the operator; no secrets.
  virtual void log(std::string_view line) = 0;
};

}  // namespace charm::ports
