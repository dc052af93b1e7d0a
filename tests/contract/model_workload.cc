// The model's container, through the simulator's port.
#include "charm/types/check.h"
#include "model/patroni/loop.h"
#include "tests/contract/calm_host.h"
#include "tests/contract/workload_bench.h"

namespace charm::contract {
namespace {

class ModelWorkload final : public WorkloadBench {
 public:
  ModelWorkload() {
    run_.name = unit_;
    run_.active = true;
    model::juju::add_unit(step(), unit_);
    host_.world.unit(unit_).pod.phase = model::PodPhase::running;
    start_container();
  }

  ports::Workload& workload() override { return port_; }
  TlsFiles first_files() override { return {{1}, {2}, {3}}; }
  TlsFiles second_files() override { return {{4}, {5}, {6}}; }

  void let_pass(Duration time) override { host_.run_for(time); }
  // Its service is no child of anybody any more.
  void kill_container() override {
    model::patroni::kill_process(step(), unit_);
    model::pebble::stop(step(), unit_);
  }
  void start_container() override {
    model::pebble::start(step(), unit_);
    host_.run_until([this] { return model::pebble::can_connect(host_.world, unit_); });
  }
  void crash_service() override { model::pebble::crash_service(step(), unit_); }
  void make_database() override {
    host_.world.unit(unit_).postgres.database = model::Database::stopped;
  }
  void write_pg_hba() override {
    model::patroni::load_pg_hba(step(), unit_);
    model::patroni::write_pg_hba(step(), unit_);
  }

  std::size_t starts() override { return host_.count(model::FactKind::service_started); }
  bool does_check_ask_by_tls() override {
    const model::Container& container = host_.world.unit(unit_).container;
    CHECK(container.layer_added);
    return container.checks_https;
  }

 private:
  model::Step& step() { return host_.step(); }

  UnitName unit_{0};
  CalmHost host_{1};
  sim::UnitRun run_;
  sim::Scenario scenario_;
  sim::CallGate gate_{host_, run_};
  sim::WorkloadPort port_{gate_, scenario_};
};

}  // namespace

std::unique_ptr<WorkloadBench> model_workload() { return std::make_unique<ModelWorkload>(); }

}  // namespace charm::contract
