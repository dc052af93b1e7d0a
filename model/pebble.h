// Pebble in the workload container: reachable or not, its plan, the service that runs Patroni,
// files. Source: juju-and-pebble.md, sections 1.6 and 6.
#pragma once

#include "charm/types/cluster.h"
#include "model/step.h"

namespace model::pebble {

// The container begins with its pod, is asked to end, and its service with it, or ends at once.
void start(Step& step, charm::UnitName unit);
void shut_down(Step& step, charm::UnitName unit);
void stop(Step& step, charm::UnitName unit);
// Stops answering for a while; the service goes on.
void break_for(Step& step, charm::UnitName unit, charm::Duration time);
// The container does not come up before that moment of the run.
void hold_until(Step& step, charm::UnitName unit, charm::Duration time);
// The agent has forgotten the boot id that it handled last: its poll finds it again (section 1.6).
void forget_notice(Step& step, charm::UnitName unit);
void on_container_timer(Step& step, charm::UnitName unit);

bool can_connect(const World& world, charm::UnitName unit);
// Whether the plan has the layer, with a check that asks by the scheme of patroni.yml.
bool is_plan_current(const World& world, charm::UnitName unit);
// Whether the plan gives the exporter this password, and it runs; 0: whether neither is so. Not
// what it was started with.
bool is_exporter_current(const World& world, charm::UnitName unit, std::uint16_t password);
// Adds the layer, with this password for the exporter: its check counts at once.
void update_layer(Step& step, charm::UnitName unit, std::uint16_t exporter = 0);
// The same, and replans: starts the service (one that ran without the layer is restarted), and the
// exporter, if it does not run as the plan has it.
void update_and_restart(Step& step, charm::UnitName unit, std::uint16_t exporter = 0);
void stop_exporter(Step& step, charm::UnitName unit);
void start_exporter(Step& step, charm::UnitName unit);
// Stops the service, which hands over first, and is killed after kill-delay, and starts it again;
// without the layer there is none (section 6.4).
void restart(Step& step, charm::UnitName unit);
// An operator's `pebble stop`: the same without the start. Pebble starts again what ends by itself,
// and not what it was asked to stop.
void stop_for_good(Step& step, charm::UnitName unit);
// SIGHUP: it reads its file again; before it has begun its cycles it has no handler for it, and
// ends. False: there is no service to send it to.
bool signal_reload(Step& step, charm::UnitName unit);
// It has ended because it was asked to.
void process_ended(Step& step, charm::UnitName unit);
// The service has ended by itself, and PostgreSQL with it: Pebble starts it again (on-failure),
// after a backoff that doubles until it has run for backoff-limit (section 6.4).
void crash_service(Step& step, charm::UnitName unit);
// The same, but PostgreSQL, which is no child of Pebble's, goes on without Patroni.
void kill_patroni(Step& step, charm::UnitName unit);
// ... which has died so often by now that Pebble waits for backoff-limit.
void kill_patroni_once_more(Step& step, charm::UnitName unit);
// ... and Pebble leaves it so (on-failure: ignore): who asks Pebble for it starts it again.
void kill_patroni_for_good(Step& step, charm::UnitName unit);
void on_service_timer(Step& step, charm::UnitName unit);
// Its parameters, by digests: of those that PostgreSQL takes only when it starts, and of the
// others.
struct FileParameters {
  std::uint32_t at_start = 0;
  std::uint32_t reloadable = 0;
};
// Its secrets go by their numbers. True: its parameters are others than those that stood there, or
// those of the bootstrap section are. Without options there is a file already, whose parameters are
// kept.
bool write_configuration(Step& step, charm::UnitName unit,
                         const charm::PatroniConfiguration& configuration,
                         const Passwords& passwords = {}, FileParameters parameters = {});

}  // namespace model::pebble
