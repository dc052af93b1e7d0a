// The model's Juju by itself: units and their scale, leadership, bags, secrets, the state store,
// and which hook each unit runs next, as the simulator has them. What a hook does is somebody
// else's: a real `dispatch`, or a test. Source: juju-and-pebble.md, sections 1 to 4.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "charm/runtime/definition.h"
#include "charm/wire/bag.h"
#include "model/juju.h"
#include "model/kubernetes.h"
#include "model/text.h"

namespace agent {

// Another application that integrates with this one.
struct Client {
  std::string name;       // of one unit
  charm::wire::Bag asks;  // what its leader writes into its bag
};

// What is deployed, and how.
struct Deployment {
  charm::AppName app;
  std::string model = "testing";
  std::uint16_t units = 1;
  std::uint16_t most_units = 4;  // that there are ever
  // What `config-get --all` tells of each configuration that the operator sets; the first one
  // stands first.
  std::vector<nlohmann::json> configurations{nlohmann::json::object()};
  std::vector<Client> clients;
  // What a unit's Pebble says of itself, if it answers: the model's container is left out then.
  std::function<std::optional<std::string>(charm::UnitName)> boot_id;
  // Each that comes about.
  std::function<void(const model::Fact&)> tell;
  // The model's update-status-hook-interval.
  charm::Duration update_status_interval = std::chrono::minutes(5);
  // Whether somebody holds the pods: one that is asked to end is there until workload_ended().
  bool holds_pods = false;
};

// How the process of a hook has ended.
enum class HookEnd : std::uint8_t { well, failed, killed };

// A hook or an action that runs.
struct RunningHook {
  std::size_t number = 0;  // of all that have begun, from 1
  charm::Event event;
  bool led_at_begin = false;
  // The unit's as status-get tells it: at this hook's first look.
  struct Status {
    charm::StatusKind kind{};
    std::string message;
  };
  std::optional<Status> status;
  std::string parameters;  // of an action, in JSON
  std::vector<std::pair<std::string, std::string>> results;
  std::string failure;
};

class ModelJuju {
 public:
  ModelJuju(const charm::CharmDefinition& charm, Deployment deployment);
  ModelJuju(const ModelJuju&) = delete;
  ModelJuju& operator=(const ModelJuju&) = delete;

  // --- time: whatever is due is fired, but for what a hook does ---
  [[nodiscard]] charm::Instant now() const { return world_.now(); }
  [[nodiscard]] charm::Instant next_due() const;
  // Fires what is due next, or brings time to `until` if nothing is due before. The unit whose
  // agent has begun a hook, if one has.
  std::optional<charm::UnitName> go_on(charm::Instant until);

  // --- hooks ---
  [[nodiscard]] const RunningHook* hook(charm::UnitName unit) const;
  RunningHook* hook(charm::UnitName unit);
  // Whether its changes were committed.
  bool end_hook(charm::UnitName unit, HookEnd end);

  // --- what an operator does ---
  void scale(std::uint16_t units);
  void set_configuration(std::size_t index);
  void integrate(std::size_t client);
  void remove_relation(std::size_t client);
  // False: there is no such unit, or no such action.
  bool run_action(charm::UnitName unit, std::string_view action, std::string parameters);
  // How the actions of this unit have ended, the oldest first.
  struct EndedAction {
    std::string name;
    bool well = false;
    std::string failure;
    std::vector<std::pair<std::string, std::string>> results;
  };
  [[nodiscard]] const std::vector<EndedAction>& ended_actions() const { return ended_actions_; }

  // --- what befalls it ---
  void take_lease_from_holder(charm::UnitName next);
  // Everything in the pod ends at once, and it is made anew.
  void kill_pod(charm::UnitName unit,
                model::kubernetes::Return back = model::kubernetes::Return::at_once);
  // The workload container of a pod that was asked to end has done so.
  void workload_ended(charm::UnitName unit);

  [[nodiscard]] const charm::CharmDefinition& charm() const { return charm_; }
  [[nodiscard]] const Deployment& deployment() const { return deployment_; }
  model::World& world() { return world_; }
  model::Step& step() { return step_; }
  model::Texts& texts() { return texts_; }
  model::UnitState& unit(charm::UnitName unit) { return world_.unit(unit); }
  // Sticky, as in a hook (section 2.3).
  bool is_leader(charm::UnitName unit);

 private:
  void fire(model::TimerId id);
  std::optional<charm::UnitName> fire_unit_timer(charm::UnitName unit, model::UnitTimer timer);
  std::optional<charm::UnitName> look_for_hook(charm::UnitName unit);
  void note_action(charm::UnitName unit, bool well);
  void poll_pebble(charm::UnitName unit);
  // Tells what has come about, and lets go of hooks whose agent has ended.
  void step_done();

  const charm::CharmDefinition& charm_;
  const Deployment deployment_;
  model::World world_;
  model::Facts facts_;
  model::Parameters parameters_;
  model::Step step_;
  model::Texts texts_;  // of statuses
  std::map<charm::UnitName, RunningHook> hooks_;
  std::size_t hooks_begun_ = 0;
  std::map<charm::UnitName, std::string> handled_boots_;
  std::array<std::string, model::max_actions> action_parameters_;
  std::size_t actions_asked_ = 0;
  std::vector<EndedAction> ended_actions_;
};

}  // namespace agent
