// Live failovers, one after the other, of one deployed cluster: each waits until all is well, comes
// at a random moment of Patroni's loop, and is measured as a client sees it.
#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/live/sampling/client.h"
#include "tests/live/sampling/observer.h"
#include "tests/live/sampling/writer.h"
#include "tests/live/scenes/stage.h"

namespace sampling {

struct Timing {
  int ttl_s = 30;
  int loop_wait_s = 10;
  int retry_timeout_s = 10;
};

class Sampler {
 public:
  // Deploys three units. Throws std::runtime_error if they do not settle.
  Sampler(const Timing& timing, std::uint64_t seed);
  ~Sampler();

  // One failover: `pod-gone`, `pod-killed`, `postgresql-killed` or `switchover`. Throws
  // std::runtime_error if the cluster does not come back to a state from which one can be measured.
  nlohmann::json sample(const std::string& kind);
  // Of the last one: what Patroni and PostgreSQL have logged, a file for each pod, and what was
  // seen, in milliseconds after the fault.
  void keep_logs(const std::string& folder, const std::string& name) const;

 private:
  using Response = std::pair<int, std::string>;

  [[nodiscard]] std::string pod(charm::UnitName unit) const;
  Response ask_patroni(charm::UnitName unit, const std::string& method, const std::string& path,
                       const nlohmann::json& body);
  void run_for(charm::Duration time);
  void set_timing();
  void make_table();
  void wait_until(const std::function<bool()>& reached, charm::Duration longest);
  void arm_update_status(const std::function<charm::Duration(double)>& when);
  bool is_well();
  std::int64_t strike(const std::string& kind, charm::UnitName primary);
  Watched watch_from(std::int64_t begin_us, charm::UnitName primary, std::int64_t fault_us);
  nlohmann::json conditions();
  void bring_back(charm::UnitName unit, nlohmann::json& sample);

  Timing timing_;
  std::mt19937_64 random_;
  Journal journal_;
  std::unique_ptr<scenes::Stage> stage_;
  std::map<charm::UnitName, std::string> addresses_;
  std::unique_ptr<Observer> observer_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::string patroni_password_;
  std::future<Response> switchover_;
  std::int64_t fault_us_ = 0;
  std::vector<std::int64_t> latencies_;  // of the API server, during the last sample
};

}  // namespace sampling
