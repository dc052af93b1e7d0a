// A live run: the unit agents (tests/live/agent), the charm that they fire in its pods, and in the
// pods a real Pebble, Patroni and PostgreSQL, over a real API server. Needs RIG_STATE, a folder for
// the rig.
#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>

#include "tests/live/agent/dispatcher.h"
#include "tests/live/scenes/likeness.h"
#include "tests/live/scenes/pods.h"
#include "tests/live/scenes/record.h"
#include "tests/live/scenes/routes.h"

namespace scenes {

class Stage {
 public:
  // Juju's shortest is a minute; each wait is randomised by 20 %.
  static constexpr charm::Duration update_status_interval = std::chrono::minutes(1);

  // Starts the control plane, where it is built. Why it is not there; empty: it is, or the test has
  // failed, since it does not start.
  static std::string lacks();

  // As many units are deployed as soon as time goes on.
  Stage(std::uint16_t units, std::uint16_t most_units,
        charm::Duration interval = update_status_interval);
  // Ends all of it.
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Until that is so, or for that long. False: the time is over.
  bool run_until(const std::function<bool()>& reached, charm::Duration longest);
  // Every unit works, nothing is put off, and each member's pod says which role it has.
  [[nodiscard]] bool is_settled();
  // Plays what the scenario's story says, each step once all has settled, and until it has again.
  // What could not be; empty: all of it.
  [[nodiscard]] std::string play(const sim::Scenario& scenario);

  // What has come about, and what stands now. The application's pods are asked for their labels.
  [[nodiscard]] Live live();
  // All that the application's secret holds.
  [[nodiscard]] std::vector<std::string> passwords();
  // Of `patroni`, `operator`, ...
  [[nodiscard]] std::string password(const std::string& user);

  // Who is labelled so. CHECKs that there is one.
  charm::UnitName primary() { return unit_of(sim::Role::primary); }
  // For Kubernetes and Juju all that runs in the pod has ended: whoever says so has killed it. Its
  // object stays, and it is begun anew when it is told to be.
  void lose_pod(charm::UnitName unit);
  void bring_pod_back(charm::UnitName unit, charm::Duration after = {});

  agent::ModelJuju& juju() { return *juju_; }
  [[nodiscard]] const Record& record() const { return record_; }
  // Where the agents keep what is theirs: their log and their socket.
  [[nodiscard]] const std::string& folder() const { return folder_; }
  // What could not be done with the pods.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  [[nodiscard]] agent::Deployment deployment(std::uint16_t units, std::uint16_t most_units,
                                             charm::Duration interval);
  [[nodiscard]] agent::Dispatcher::Setting setting();
  void follow(const model::Fact& fact);
  void look_after_pods();
  void note_seen();
  void settle(std::string& failure);
  bool is_synchronous(charm::UnitName unit);
  std::map<charm::UnitName, std::string> roles();
  charm::UnitName unit_of(const sim::Target& target);
  void perform(const sim::Deed& deed);
  void switch_over(charm::UnitName to);
  void note_start(charm::UnitName unit);
  void note_end(const agent::EndedHook& hook);
  void note_line(std::string_view line);

  std::string folder_;
  Record record_;
  std::string trouble_;
  std::vector<std::int64_t> deeds_us_;
  std::vector<Seen> seen_;
  charm::Instant looked_at_;
  bool had_roles_ = false;
  charm::MaybeUnit lost_;                // its pod's object stays
  std::future<std::string> switchover_;  // what could not be done; empty: it was
  Pods pods_;
  std::unique_ptr<agent::ModelJuju> juju_;
  std::unique_ptr<agent::Dispatcher> dispatcher_;
  std::unique_ptr<Routes> routes_;
};

}  // namespace scenes
