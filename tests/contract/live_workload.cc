// A real Pebble in a container of its own, through the production charm's adapter.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "charm/live/workload_adapter.h"
#include "charm/rendering/pebble_layer.h"
#include "charm/types/check.h"
#include "tests/contract/workload_bench.h"
#include "tests/live/pebble_container.h"

namespace charm::contract {
namespace {

class LogOfTest final : public live::Log {
 public:
  void warn(std::string_view line) override { std::cout << line << '\n'; }
};

class LiveWorkload final : public WorkloadBench {
 public:
  ports::Workload& workload() override { return adapter_; }
  TlsFiles first_files() override { return files("first"); }
  TlsFiles second_files() override { return files("second"); }

  void let_pass(Duration time) override { std::this_thread::sleep_for(time); }
  void kill_container() override { container_.kill(); }
  void start_container() override { container_.start(); }
  void crash_service() override {
    CHECK(pebble_.send_signal("SIGUSR1", {patroni_service}).has_value());
  }
  void make_database() override {
    const std::filesystem::path data(container_.storage() + "/pgdata");
    std::filesystem::create_directories(data);
    std::ofstream(data / "PG_VERSION") << "14\n";
  }

  std::size_t starts() override {
    const auto events = container_.events();
    return static_cast<std::size_t>(std::ranges::count(events, "start"));
  }
  bool does_check_ask_by_tls() override {
    const auto plan = pebble_.plan();
    CHECK(plan.has_value());
    const bool by_tls = plan->contains("url: https://pg-0.pg-endpoints:8008/health");
    CHECK(by_tls || plan->contains("url: http://pg-0.pg-endpoints:8008/health"));
    return by_tls;
  }

 private:
  TlsFiles files(const std::string& of) {
    return {pems_.keep("key of the " + of), pems_.keep("certificate of the " + of),
            pems_.keep("authority of the " + of)};
  }

  live::given::PebbleContainer container_;
  Deployment deployment_{.app = {"pg"}, .model = "testing"};
  live::Http http_;
  live::Pebble pebble_{http_, container_.socket()};
  live::PemStore pems_;
  LogOfTest log_;
  live::WorkloadAdapter adapter_{pebble_, pems_, log_, deployment_, UnitName{0}};
};

}  // namespace

std::unique_ptr<WorkloadBench> live_workload() { return std::make_unique<LiveWorkload>(); }

}  // namespace charm::contract
