// The charts' open question: from `defer2` of leader-elected and of peer-relation-changed an arrow
// goes on to the rest of the hook; the chart's own note says that the deferral should end it. Both
// are played in every run of some scenarios that has at most so many deviations:
//
//   open_question DEVIATIONS QUESTIONS SCENARIO...
//
// QUESTIONS: among so many of a run's first questions; 0: all that the calm run asks. It says which
// properties tell the two apart, and how long their runs take. The answer stands in
// ARCHITECTURE.md.
#include <charconv>
#include <chrono>
#include <expected>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "charm/postgresql_k8s.h"
#include "charm/steps/admission.h"
#include "charm/steps/clients.h"
#include "charm/steps/configuration.h"
#include "charm/steps/initialisation.h"
#include "charm/steps/kubernetes_resources.h"
#include "charm/steps/members.h"
#include "charm/steps/passwords.h"
#include "charm/steps/restart.h"
#include "charm/steps/status.h"
#include "charm/steps/step_down.h"
#include "charm/steps/tls.h"
#include "sim/properties/property.h"
#include "sim/scenario/read.h"
#include "sim/search/campaign.h"

namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;
namespace messages = charm::messages;
namespace steps = charm::steps;

// As the two hooks are, but for one line each (charm/hooks/leader_elected.cc and
// peer_relation_changed.cc): what comes behind defer2 is left out.
Outcome step_down(Unit& unit) {
  if (auto end = steps::step_down(unit)) return *end;
  return unit.path.done("rtn_not_leader", "leadership was lost; the next leader goes on");
}

Outcome leadership_lost(Unit& unit) {
  unit.path.took("not leader");
  return step_down(unit);
}

Outcome leader_elected_returns(Unit& unit, const Event& /*event*/) {
  if (!unit.path.at("is_still_leader").yes(unit.juju.is_leader())) return step_down(unit);
  unit.path.at("generate_passwords");
  if (!steps::generate_passwords(unit)) return leadership_lost(unit);
  unit.path.took("done");
  if (auto end = steps::create_k8s_resources(unit)) return *end;
  if (!unit.path.at("is_part_of_cluster").yes(steps::is_part_of_cluster(unit))) {
    unit.path.at("add_to_cluster");
    if (!steps::list_unit(unit, unit.name)) return leadership_lost(unit);
    unit.path.took("listed");
  }
  unit.path.at("remove_departed_units");
  if (!steps::remove_departed_units(unit)) return leadership_lost(unit);
  unit.path.took("done");
  if (!unit.path.at("has_cluster_initialised").yes(unit.juju.cluster_initialised())) {
    return unit.path.done("rtn", "nothing to join yet");
  }

  const auto admission = steps::admit_units(unit);
  if (!admission) return admission.error();
  if (*admission == steps::Admission::not_leader) return step_down(unit);
  if (*admission == steps::Admission::not_ready) {
    return unit.path.deferred("defer2", "a member is not ready");
  }
  unit.path.at("update_config");
  if (auto updated = steps::update_config(unit); !updated) {
    return steps::exit_for(unit, updated.error());
  }
  unit.path.took("done");
  unit.path.at("lift_block");
  steps::lift_block(unit);
  return steps::end_after(unit, *admission, "rtn2", "every unit is on the cluster");
}

bool is_told_or_behind(Unit& unit, const Event& event) {
  return event.kind != EventKind::update_status || steps::is_anybody_left_out(unit);
}
Outcome wait_for_initialisation(Unit& unit) {
  if (unit.path.at("may_initialise").yes(unit.juju.is_leader())) {
    unit.path.at("initialise_cluster");
    (void)steps::initialise_cluster(unit);  // The next run sees how far it got.
  }
  return unit.path.deferred("defer", "the cluster is not initialised");
}
bool is_written(const steps::ConfigurationResult& updated) {
  return steps::is_done_but_for_options(updated) ||
         updated.error() == steps::ConfigurationError::not_taken;
}

Outcome peer_relation_changed_returns(Unit& unit, const Event& event) {
  if (!unit.path.at("is_told_or_behind").yes(is_told_or_behind(unit, event))) {
    return unit.path.done("rtn_nothing", "nobody waits to be admitted");
  }
  if (!unit.path.at("has_cluster_initialised").yes(unit.juju.cluster_initialised())) {
    return wait_for_initialisation(unit);
  }
  auto admission = std::expected<steps::Admission, Outcome>(steps::Admission::complete);
  if (unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    admission = steps::admit_units(unit);
    if (!admission) return admission.error();
    if (*admission == steps::Admission::not_leader) {
      return unit.path.deferred("defer_not_leader",
                                "leadership was lost; as a follower it goes on");
    }
    if (*admission == steps::Admission::not_ready) {
      return unit.path.deferred("defer2", "a member is not ready");
    }
  }
  if (!unit.path.at("is_part_of_cluster").yes(steps::is_part_of_cluster(unit))) {
    return steps::end_after(unit, *admission, "rtn", "not listed yet");
  }
  if (!unit.path.at("is_container_reachable").yes(unit.workload.can_connect())) {
    return unit.path.deferred("defer_unreachable", "the container is not reachable");
  }
  unit.path.at("update_config");
  const auto updated = steps::update_config(unit);
  if (!is_written(updated)) return steps::exit_for(unit, updated.error());
  unit.path.took("done");
  unit.path.at("restart_postgresql");
  if (updated) steps::ask_for_restart(unit, *updated);
  const bool started =
      unit.workload.is_service_running().value_or(false) && steps::has_member_started(unit);
  if (!unit.path.at("has_member_started").yes(started)) {
    unit.path.at("await_member");
    steps::set_waiting(unit, messages::awaiting_member);
    return unit.path.deferred("defer3", "the member has not started");
  }
  const bool taken = steps::is_done_but_for_options(updated);
  if (!unit.path.at("has_taken_configuration").yes(taken)) {
    return unit.path.deferred("defer_update", "the configuration could not be brought to Patroni");
  }
  unit.path.at("update_read_only_endpoint");
  steps::update_read_only_endpoint(unit);
  steps::update_client_tls(unit);
  if (!updated) return steps::exit_for(unit, updated.error());
  unit.path.took("done");
  unit.path.at("set_active");
  steps::set_active(unit);
  return steps::end_after(unit, *admission, "rtn2", "the member works");
}

struct Told {
  sim::CampaignResult result;
  std::map<std::string_view, std::uint64_t> broken;  // by property
};

Told play(const std::vector<sim::Scenario>& scenarios, bool returns,
          const sim::CampaignOptions& options) {
  std::vector<charm::Handler> handlers(charm::postgresql_k8s().handlers.begin(),
                                       charm::postgresql_k8s().handlers.end());
  for (charm::Handler& handler : handlers) {
    if (!returns) continue;
    if (handler.name == "leader-elected") handler.run = leader_elected_returns;
    if (handler.name == "peer-relation-changed") handler.run = peer_relation_changed_returns;
  }
  charm::CharmDefinition definition = charm::postgresql_k8s();
  definition.handlers = handlers;
  const sim::CharmUnderTest charm{&definition, sim::postgresql_properties(), nullptr};
  Told told{.result = sim::run_campaign(scenarios, charm, nullptr, options), .broken = {}};
  for (const sim::FoundRun& found : told.result.found) ++told.broken[found.property];
  return told;
}

void print(std::string_view variant, const Told& told) {
  const sim::CampaignResult& result = told.result;
  const double runs = static_cast<double>(result.runs);
  std::cout << variant << ": " << result.runs << " runs, "
            << (result.is_covered ? "all within the bounds" : "not all") << ", "
            << result.violations << " broken; a run has "
            << static_cast<double>(result.dispatches) / runs << " dispatches, "
            << static_cast<double>(result.calls) / runs << " port calls, "
            << std::chrono::duration<double>(result.simulated).count() / runs << " s simulated\n";
  for (const auto& [property, times] : told.broken) {
    std::cout << "  \"" << property << "\": the first " << times << " are kept\n";
  }
}

bool read(std::string_view text, std::uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

int main(int argc, char** argv) {
  std::uint32_t deviations = 0;
  std::uint32_t questions = 0;
  if (argc < 4 || !read(argv[1], deviations) || !read(argv[2], questions)) {
    std::cerr << "usage: open_question DEVIATIONS QUESTIONS SCENARIO...\n";
    return 2;
  }
  std::vector<sim::Scenario> scenarios;
  for (int at = 3; at < argc; ++at) {
    auto scenario = sim::read_scenario_file(argv[at]);
    if (!scenario) {
      std::cerr << to_text(scenario.error()) << '\n';
      return 2;
    }
    scenarios.push_back(*std::move(scenario));
  }
  sim::CampaignOptions options{.strategy = sim::Strategy::odometer, .keep_going = true};
  options.bounds.deviations = deviations;
  if (questions > 0) options.bounds.questions = questions;
  print("goes on, as published", play(scenarios, false, options));
  print("defers, then returns", play(scenarios, true, options));
  return 0;
}
