// Juju: units and their scale, leadership by lease, the unit agents and what they run next, the
// peer relation's bags, the application secret. Source: juju-and-pebble.md, sections 1 to 4.
#pragma once

#include <optional>

#include "model/step.h"

namespace model::juju {

// --- the application (sections 3.7, 4.8) ---

// The operator asks for that many units. More come at once; fewer when the controller looks; while
// a scale-down is under way, the request waits.
void request_scale(Step& step, std::uint16_t units);
void on_provisioner_timer(Step& step);
// `juju remove-application`: all units go together, and with the last of them the application, its
// bag, its secrets, its lease and its StatefulSet. What that one owned is deleted soon after; what
// nobody owns stays, the volumes too, which no later application uses: its claims have other names.
void request_removal(Step& step);
// `juju deploy` under the same name, with the first configuration. False: Juju still has it.
bool deploy_again(Step& step, std::uint16_t units, bool trusted);
// A pod that the StatefulSet does not want any more has ended.
void pod_ended(Step& step);
// The unit is in the model from now on; its pod comes up by itself.
void add_unit(Step& step, charm::UnitName unit);
// Its pod comes back when it ends; otherwise its end is the end of a removal (section 4.7).
bool will_restart(const World& world, charm::UnitName unit);
// `juju trust` and `juju config`: every unit has a config-changed due that finds a difference.
void set_trust(Step& step, bool trusted);
void set_configuration(Step& step, std::uint8_t configuration);
// `juju refresh`: the application has another charm, and Juju writes a new template into its
// StatefulSet a while later. Units go on
// with the charm that their pods were made with; an agent that begins with another one than the
// application's ends at once, and waits for its pod to be made anew (section 4.9).
struct Revision {
  bool streams = true;
  bool can_follow = true;  // it supports an upgrade from the versions before it
};
void refresh(Step& step, Revision revision);
// `juju resolve`: the failed hook is retried at once, or committed without having been run.
enum class Resolution : std::uint8_t { retry, skip };
void resolve(Step& step, charm::UnitName unit, Resolution resolution);

// --- the agent ---

// The agent process begins with its pod, or anew in the same one, and ends.
enum class AgentStart : std::uint8_t { new_pod, same_pod };
void start_agent(Step& step, charm::UnitName unit, AgentStart start = AgentStart::new_pod);
void stop_agent(Step& step, charm::UnitName unit);
// It ends, and its container begins again.
void restart_agent(Step& step, charm::UnitName unit);
// SIGTERM: after the current hook, `stop` runs, and the agent exits. Of a unit that is being
// removed: the teardown just goes on.
void shut_agent_down(Step& step, charm::UnitName unit);

// Something may be due for this unit: its agent looks, after a while, unless it is busy.
void wake_agent(Step& step, charm::UnitName unit);

// The agent's timer has fired: gives up a lost leadership, and says what runs now, if anything.
// Implements the resolver's list (section 4.4). The hook is recorded as running.
std::optional<charm::Event> next_hook(Step& step, charm::UnitName unit);

// How the running hook ended. flush() applies what it staged, all or nothing; false: the unit was
// not the leader any more, and the hook has failed. mark_done() comes between flush and commit.
bool flush(Step& step, charm::UnitName unit);
void mark_done(World& world, charm::UnitName unit);
void commit_hook(Step& step, charm::UnitName unit);
void fail_hook(Step& step, charm::UnitName unit);
// The charm process was killed: not a failure, the same hook is queued again (section 1.3).
void requeue_hook(Step& step, charm::UnitName unit);

// --- actions (section 1.7) ---

// How an action ended, as its operator is told.
enum class ActionEnd : std::uint8_t {
  completed,
  failed,       // it has said so
  exited,       // the charm process has failed, or was killed
  uncommitted,  // what it had staged was refused: it has failed
  interrupted,  // its agent ended: it is not run again
  cancelled,    // its unit has gone before it began
};
// `juju run`: the action is queued on that unit, and has this number in the story. False: refused.
bool request_action(Step& step, charm::UnitName unit, std::uint8_t number);
constexpr bool is_action(const charm::Event& event) {
  return event.kind == charm::EventKind::action;
}

// --- relations with client applications (sections 2.4, 3.3 to 3.6); `client` is its place in the
// story ---

charm::RelationId client_id(const Parameters& parameters, std::size_t client);
// The other way round.
std::size_t client_of(const Parameters& parameters, charm::RelationId id);
bool is_of_client(const Parameters& parameters, const charm::Event& event);
// `juju integrate` and `juju remove-relation`; nothing, if there is nothing to do it to.
void relate(Step& step, std::size_t client);
void unrelate(Step& step, std::size_t client);
// The client's unit enters the scope, or its leader writes what it asks for.
void on_client_timer(Step& step, std::size_t client);
// The same of a provider of certificates, by its number among the providers. It answers each unit's
// request after a while, in one bag that all units read.
void on_provider_timer(Step& step, std::size_t provider);
// It signs with another authority from now on, and all that it has issued anew; or revokes all that
// it has issued. Nothing without a provider.
enum class Rotation : std::uint8_t { renewed, revoked };
void rotate_certificates(Step& step, Rotation rotation);
// The provider whose relation this unit is in, if any; as client_relations().
std::optional<std::size_t> provider_of(const Step& step, charm::UnitName unit);
// The unit secret and the announcement as the running hook sees them: its own writes over what
// stands.
struct TlsView {
  PemFiles files;
  PemNumber request = 0;
  PemNumber request_key = 0;
  bool announced = false;

  friend bool operator==(const TlsView&, const TlsView&) = default;
};
TlsView read_tls(World& world, charm::UnitName unit);
void stage_tls(World& world, charm::UnitName unit, const TlsView& tls);
PemNumber read_asked(World& world, charm::UnitName unit);
void stage_asked(World& world, charm::UnitName unit, PemNumber request);
// Another key, or another text of that key.
PemNumber make_key(World& world);
PemNumber make_pem(World& world, PemNumber of_key);

// relation-ids: those whose scope the unit is in, but for the one whose relation-broken runs.
ClientSet client_relations(const Step& step, charm::UnitName unit);
// goal-state: whether there is no live relation but those and the one that is being broken.
bool knows_every_client(const Step& step, charm::UnitName unit);
// The number of the password that the client finds where it looks: in the secret that its relation
// was granted, or in our application bag; 0: there is none.
std::uint16_t password_that_client_reads(const World& world, std::size_t client, bool from_secret);
// Whether the client's application bag asks for anything: it is read as it is now.
bool has_request(const World& world, std::size_t client);
// The own application bag in it: as at the first look of the hook, and its own writes over that.
ClientBag read_client_bag(World& world, charm::UnitName unit, std::size_t client);
void stage_client_bag(World& world, charm::UnitName unit, std::size_t client, ClientBag bag);

// --- the lease ---

void on_lease_timer(Step& step, charm::UnitName unit);
void on_lease_expiry(Step& step);
// The holder's renewals fail from now on: 30 s at most after the last one it knows, 60 s after it
// the lease has run out, and another unit gets it: the named one if it runs then, whoever claims
// first if not. There is no quicker way, and none to choose a leader (section 4.1).
void let_lease_go(Step& step, charm::MaybeUnit to);
void on_update_status_timer(Step& step, charm::UnitName unit);

// --- a unit that is cut off from the controller ---
// Its agent learns of nothing and chooses no hook; what a running hook asks of Juju fails it, and
// so does its flush (section 3.1). The tracker cannot renew, and the lease runs out. When the
// controller is reached again, the tracker claims anew.
void on_controller_reached(Step& step, charm::UnitName unit);

// --- what the tools answer ---

// A holder that could not renew is told that it does not lead, while the controller still takes
// its writes: true promises 30 s more (section 2.3).
bool is_leader(const World& world, charm::UnitName unit);
charm::UnitSet peers(const World& world, charm::UnitName unit,
                     std::uint8_t relation = database_peers);
// The configuration that the running hook sees: that of its first look (section 2.2).
std::uint8_t read_configuration(World& world, charm::UnitName unit);
// The application bag as the running hook sees it: read at its first look, or at its first write,
// and its own writes over that (section 2.4).
charm::HostList read_endpoints(World& world, charm::UnitName unit);
bool read_initialised(World& world, charm::UnitName unit);
void stage_endpoints(World& world, charm::UnitName unit, const charm::HostList& hosts);
// The peer relations `restart` and `upgrade`: the units' bags by the agent's cache, which is filled
// when a bag is first looked at, and the own by what is staged; the application's by the first look
// (section 2.4).
charm::RestartState read_restart_state(World& world, charm::UnitName unit, charm::UnitName of);
void stage_restart_state(World& world, charm::UnitName unit, charm::RestartState state);
charm::UnitSet read_restart_granted(World& world, charm::UnitName unit);
void stage_restart_granted(World& world, charm::UnitName unit, charm::UnitSet granted);
charm::UpgradeState read_upgrade_state(World& world, charm::UnitName unit, charm::UnitName of);
void stage_upgrade_state(World& world, charm::UnitName unit, charm::UpgradeState state);
charm::UpgradeStack read_upgrade_stack(World& world, charm::UnitName unit);
void stage_upgrade_stack(World& world, charm::UnitName unit, const charm::UpgradeStack& stack);
charm::UpgradeStandbys read_upgrade_standbys(World& world, charm::UnitName unit);
void stage_upgrade_standbys(World& world, charm::UnitName unit,
                            const charm::UpgradeStandbys& standbys);
// `dependencies` there: of which charm it is, counted from 1, or 0; and the own charm's.
std::uint8_t read_dependencies(World& world, charm::UnitName unit);
void stage_dependencies(World& world, charm::UnitName unit);
// Another revision has left there what this one cannot read: of all units, or of one (of every one
// that there is, if none is named); or somebody has mended all of it.
bool is_of_one_unit(charm::StateKey key);
void write_foreign_state(Step& step, charm::StateKey key, charm::MaybeUnit of = {});
void mend_state(Step& step);
// What a dispatch of this unit's meets, if anything: the first of it.
charm::StateKey read_unreadable(const Step& step, charm::UnitName unit);
// The application secret. Whoever does not lead tracks the revision that
// it has read first, and goes on reading it until it asks for the latest (section 3.8).
enum class SecretRead : std::uint8_t { tracked, refresh };
Passwords read_secret(World& world, charm::UnitName unit, SecretRead read);
void stage_password(World& world, charm::UnitName unit, charm::SystemUser user,
                    std::uint16_t password);

}  // namespace model::juju
