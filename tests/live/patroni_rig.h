// Three pods of the rig (tests/live/rig), each with a real Pebble that runs a real Patroni with
// PostgreSQL, from the charm's own layer and patroni.yml. Needs RIG_STATE, a folder for it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "charm/live/workload_adapter.h"
#include "charm/types/time.h"
#include "tests/live/api_server.h"
#include "tests/live/certificates.h"

namespace charm::live::given {

class PatroniRig {
 public:
  static constexpr std::uint16_t size = 3;

  // Starts the control plane, where it is built and not up yet. Why it is not there; empty: it is.
  static const std::string& lacks();

  // All of them are started, with the same file; one will lead.
  explicit PatroniRig(const PatroniConfiguration& file);
  // Ends all of it, and deletes what it has left.
  ~PatroniRig();
  PatroniRig(const PatroniRig&) = delete;
  PatroniRig& operator=(const PatroniRig&) = delete;

  [[nodiscard]] const AppName& app() const { return app_; }
  [[nodiscard]] const std::string& authority() const { return authority_.pem(); }
  // `host:port` of a REST API, be it there or not.
  [[nodiscard]] std::string address(HostName host) const;
  // Where the Service of the primary leads to, by the pods' labels; while the API server does not
  // run, where it led to.
  const std::string& primary_address();
  // The dynamic configuration as Kubernetes keeps it, JSON: a member tells what it has loaded last.
  std::string dynamic_configuration();

  // patroni.yml; Patroni reads it when it starts or reloads.
  void write(UnitName unit, const PatroniConfiguration& file);
  void reload(UnitName unit);
  // Starts what does not run.
  void start_pod(UnitName unit);
  void label_pod(UnitName unit);
  void start_patroni(UnitName unit);
  void delete_pod(UnitName unit);
  void lose_pod(UnitName unit);
  [[nodiscard]] bool has_pod(UnitName unit) const { return pods_.contains(unit.ordinal); }
  void stop_api();
  void start_api();

  void signal_patroni(UnitName unit, const std::string& signal);
  void kill_postmaster(UnitName unit);
  void delay_starts(UnitName unit, Duration time);
  // postmaster.pid: its process, and when it began; 0: there is none.
  [[nodiscard]] std::uint64_t postmaster(UnitName unit) const;
  // As the charm asks.
  bool is_pg_hba_taken(UnitName unit);

 private:
  // A unit's container, as its charm reaches it.
  struct Container;

  void run_in(UnitName unit, const std::string& shell_command);
  void prepare(UnitName unit);

  AppName app_{"pg"};
  std::string network_;
  ApiServer api_;
  bool api_stopped_ = false;
  std::string primary_address_;
  Instant looked_at_{};
  Authority authority_;
  std::array<std::unique_ptr<Container>, size> containers_;
  std::set<std::uint16_t> pods_;
};

}  // namespace charm::live::given
