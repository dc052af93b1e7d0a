// Who holds Patroni's lock, and where the primary Service leads: what the API server says of both,
// asked again and again. There is no kube-proxy: a Service leads to whoever it selects.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/live/sampling/journal.h"

namespace sampling {

class Observer {
 public:
  static constexpr std::chrono::milliseconds interval{50};

  Observer(std::string app, std::string model, std::map<charm::UnitName, std::string> addresses,
           Journal& journal);

  // Of the lock, as its object says: what was there at the last look.
  struct Lock {
    std::string holder;
    std::int64_t renewed_us = 0;
    std::vector<std::string> synchronous;  // members, as `-sync` lists them
  };
  [[nodiscard]] Lock lock() const;
  // How long the looks at the API server have taken since the last call: microseconds, each of one
  // GET.
  std::vector<std::int64_t> latencies();

 private:
  void follow(const std::stop_token& over);
  void look(const nlohmann::json& endpoints, const nlohmann::json& pods);
  void look_at_rest();
  void keep(bool& last, bool is_so, Sight sight, charm::UnitName unit, std::int64_t since_us);

  struct Member {
    bool holds = false;
    bool routed = false;
    bool rest = false;
  };

  std::string app_;
  std::string model_;
  std::map<charm::UnitName, std::string> addresses_;
  std::map<charm::UnitName, Member> members_;
  std::uint64_t looks_ = 0;
  Journal& journal_;
  mutable std::mutex mutex_;  // of the lock and the latencies
  Lock lock_;
  std::vector<std::int64_t> latencies_;
  std::jthread thread_;
};

// `2026-11-30T15:00:00.123456+00:00`, as Patroni writes it: microseconds since the epoch; 0, if it
// is no such text.
std::int64_t moment_in(const std::string& text);

}  // namespace sampling
