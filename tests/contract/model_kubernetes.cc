// The model's control plane, through the simulator's port.
#include "model/patroni/loop.h"
#include "model/patroni_objects.h"
#include "tests/contract/calm_host.h"
#include "tests/contract/kubernetes_bench.h"

namespace charm::contract {
namespace {

using namespace std::chrono_literals;
using model::patroni_objects::Object;

constexpr std::uint16_t units = 3;
constexpr Duration for_long = std::chrono::hours(1);

// A charm in the middle of a hook.
struct Charm {
  Charm(CalmHost& host, UnitName unit) : gate(host, run) {
    run.name = unit;
    run.active = true;
  }

  sim::UnitRun run;
  sim::CallGate gate;
  sim::Scenario scenario;
  sim::KubernetesPort port{gate, scenario};
};

class ModelKubernetes final : public KubernetesBench {
 public:
  ModelKubernetes() {
    for (UnitName unit; unit.ordinal < units; ++unit.ordinal) {
      host_.start_unit(unit);
      host_.world.unit(unit).pod.ready = true;
    }
  }

  ports::Kubernetes& kubernetes() override { return own_.port; }
  ports::Kubernetes& another() override { return other_.port; }
  // One after the other, each with what it has read before.
  std::vector<bool> race(std::size_t writers, const Write& write) override {
    std::vector<bool> through;
    for (std::size_t i = 0; i < writers; ++i) through.push_back(write(own_.port, i).has_value());
    return through;
  }
  [[nodiscard]] bool has(Difference /*difference*/) const override { return true; }

  void let_pass(Duration time) override { host_.run_for(time); }
  bool waits(const std::function<void()>& call) override {
    const Instant before = host_.world.now();
    call();
    return host_.world.now() - before >= 1s;
  }

  void end_pod(PodName pod) override {
    host_.run_until([&] { return phase(pod) == model::PodPhase::absent; });
  }
  void lose_pod(PodName pod) override {
    model::kubernetes::kill_pod(step(), unit_of(pod), model::kubernetes::Return::late);
  }
  void make_pod(PodName pod) override {
    host_.run_until([&] { return phase(pod) == model::PodPhase::running; });
  }
  void lose_node(PodName pod) override { model::kubernetes::lose_node(step(), unit_of(pod)); }
  void notice_lost_node(PodName /*pod*/) override {
    host_.run_for(model::timing::node_monitor_grace.most);
  }
  void write_template() override {
    ++host_.application().rollout.charm;
    model::kubernetes::write_template(step());
  }
  void roll_out() override {
    const auto is_over = [this] {
      const auto partition = host_.application().rollout.partition;
      for (UnitName unit{partition}; unit.ordinal < units; ++unit.ordinal) {
        const model::Pod& pod = host_.world.unit(unit).pod;
        if (pod.charm != host_.application().rollout.update || !pod.ready) return false;
      }
      return true;
    };
    host_.run_until(is_over);
    host_.run_for(1min);
  }

  void begin_bootstrap() override {
    model::patroni_objects::made_for_initialise(host_.dcs());
    model::patroni::set_initialise(step(), model::Initialise::bootstrapping);
  }
  void finish_bootstrap(MemberName leader) override {
    model::patroni_objects::made_configuration(host_.dcs());
    model::patroni::set_initialise(step(), model::Initialise::done);
    write_endpoints(ports::PatroniObject::sync_endpoints);
    take_lock(leader);
  }
  void take_lock(MemberName member) override {
    host_.dcs().lock_holder = member;
    write_endpoints(ports::PatroniObject::endpoints);
  }
  void release_lock() override {
    host_.dcs().lock_holder = {};
    write_endpoints(ports::PatroniObject::endpoints);
  }
  void write_endpoints(ports::PatroniObject object) override {
    model::Dcs& dcs = host_.dcs();
    switch (object) {
      case ports::PatroniObject::endpoints: return written(Object::lock, dcs.lock_version);
      case ports::PatroniObject::config_endpoints:
        return written(Object::config, dcs.config_version);
      case ports::PatroniObject::sync_endpoints: return written(Object::sync, dcs.sync_version);
      case ports::PatroniObject::service:
      case ports::PatroniObject::config_service:
      case ports::PatroniObject::sync_service: break;
    }
    ADD_FAILURE() << "these are no Endpoints";
  }
  void leave_patroni_objects() override { model::patroni_objects::leave_behind(step()); }

  void leave_service(ports::ServiceKind kind) override {
    does_exist(kind) = true;
    auto& orphaned = host_.application().orphaned_services;
    orphaned = static_cast<std::uint8_t>(orphaned | bit_of(kind));
  }
  bool has_service(ports::ServiceKind kind) override { return does_exist(kind); }
  bool does_service_go_with_application(ports::ServiceKind kind) override {
    return (host_.application().orphaned_services & bit_of(kind)) == 0;
  }

  void refuse_trust() override {
    model::network::refuse_api(step(), model::ApiTrouble::forbidden, for_long);
  }
  void throttle() override {
    model::network::refuse_api(step(), model::ApiTrouble::throttled, for_long);
  }
  void cut_off() override {
    model::network::cut(step(), own_.run.name, model::network::Cut::from_api, for_long);
  }
  void hang() override { model::network::stop_api(step(), for_long); }
  void relieve() override { host_.run_for(for_long + 1s); }

 private:
  static unsigned bit_of(ports::ServiceKind kind) { return 1U << static_cast<unsigned>(kind); }

  model::Step& step() { return host_.step(); }
  model::PodPhase phase(PodName pod) { return host_.world.unit(unit_of(pod)).pod.phase; }
  bool& does_exist(ports::ServiceKind kind) {
    model::Application& application = host_.application();
    return kind == ports::ServiceKind::primary ? application.primary_service
                                               : application.replicas_service;
  }
  void written(Object object, std::uint32_t& version) {
    model::patroni_objects::made(host_.dcs(), object);
    ++version;
  }

  CalmHost host_{units};
  Charm own_{host_, {1}};
  Charm other_{host_, {2}};
};

}  // namespace

std::unique_ptr<KubernetesBench> model_kubernetes() { return std::make_unique<ModelKubernetes>(); }

}  // namespace charm::contract
