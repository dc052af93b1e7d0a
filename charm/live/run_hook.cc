#include "charm/live/run_hook.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "charm/live/dispatch_log.h"
#include "charm/live/termination.h"

namespace charm::live {
namespace {

// Whoever has closed them would find other files in their places.
void open_standard_descriptors() {
  for (int number = ::open("/dev/null", O_RDWR); number >= 0; number = ::dup(number)) {
    if (number <= STDERR_FILENO) continue;
    ::close(number);
    return;
  }
}

int refuse(const std::string& text) {
  std::cerr << text << '\n';
  return 1;
}

// An operator's switch: as long as this file stands in the charm's directory, no handler runs
// (charm-hooks.md, section 1.2). Upstream loses what comes meanwhile; here it is queued.
bool is_disabled(const EnvironmentLookup& environment) {
  const auto folder = environment("JUJU_CHARM_DIR");
  return folder && ::access((std::string(*folder) + "/disable").c_str(), F_OK) == 0;
}

}  // namespace

int run_hook(const CharmDefinition& charm, const EnvironmentLookup& environment,
             const Connect& connect) {
  open_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);  // who has gone is told by the call that writes
  note_termination();
  const auto who = read_identity(environment);
  if (!who) return refuse(who.error().text);
  const auto event = decode_event(charm, who->app, environment);
  if (!event) return refuse(event.error().text);

  HookTools tools;
  const MakePorts make = connect(*who, tools);
  Ports ports(charm, *who, tools, make);
  Path path;
  Unit unit = ports.unit(*who, path);
  DispatchLog log(charm, tools);
  const DispatchResult result = is_disabled(environment)
                                    ? set_aside(charm, unit, *event, log, messages::disabled)
                                    : dispatch(charm, unit, *event, log);
  if (result.ok) return 0;
  log.failed(*event, result.error, path);
  if (is_told_to_end()) end_as_told();
  return 1;
}

}  // namespace charm::live
