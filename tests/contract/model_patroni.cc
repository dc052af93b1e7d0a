// The model's three members, each asked through the simulator's port.
#include <array>

#include "charm/types/check.h"
#include "tests/contract/calm_host.h"
#include "tests/contract/patroni_bench.h"

namespace charm::contract {
namespace {

using namespace std::chrono_literals;

constexpr std::array members{UnitName{0}, UnitName{1}, UnitName{2}};
constexpr std::size_t of_patroni = static_cast<std::size_t>(SystemUser::patroni);
std::uint16_t password(bool other) { return other ? 8 : 7; }

class ModelPatroni final : public PatroniBench {
 public:
  ModelPatroni() {
    host_.parameters.loop_wait = 2s;
    host_.parameters.retry_timeout = 5s;
    know_other_password(false);
    for (UnitName unit : members) {
      asking_[unit.ordinal].run.name = unit;
      asking_[unit.ordinal].run.active = true;
      host_.start_pod_of(unit);
      write_file(unit, {});
      start_patroni(unit);
    }
    host_.world.shared().application.primary_service = true;
    host_.run_for(60s);
  }

  ports::Patroni& patroni(UnitName unit) override { return asking_[unit.ordinal].port; }
  DynamicConfiguration configuration() override { return host_.configuration({}).bootstrap; }
  void know_other_password(bool other) override {
    host_.application().passwords[of_patroni] = password(other);
  }
  void let_pass(Duration time) override { host_.run_for(time); }
  Duration now() override { return host_.world.now() - Instant{}; }

  void write_file(UnitName unit, const MemberFile& file) override {
    PatroniConfiguration written = file.alone
                                       ? host_.configuration({unit})
                                       : host_.configuration({members[0], members[1], members[2]});
    written.list_anew = file.listed_anew;
    written.leaving = file.leaving;
    written.tls = file.tls;
    model::Passwords passwords{};
    passwords[of_patroni] = password(file.other_password);
    host_.world.unit(unit).volume.pem = {
        .key = 1U << 16U | 1U, .certificate = 1U << 16U | 2U, .authority = 9};
    model::pebble::write_configuration(step(), unit, written, passwords,
                                       {.at_start = file.larger ? 2U : 1U});
  }
  void kill_patroni(UnitName unit) override { model::pebble::kill_patroni(step(), unit); }
  void kill_database(UnitName unit) override { model::patroni::crash_database(step(), unit); }
  void delay_starts(UnitName unit, Duration time) override {
    host_.world.unit(unit).surroundings.recovered_us = (host_.world.now() + time).micros;
  }
  void freeze_patroni(UnitName unit) override {
    model::network::freeze(step(), unit, model::Frozen::patroni, 24h);
  }
  void thaw_patroni(UnitName unit) override { model::network::on_recovery_timer(step(), unit); }
  void delete_pod(UnitName unit) override {
    model::kubernetes::kill_pod(step(), unit, model::kubernetes::Return::late);
    host_.world.disarm(model::timer_id(unit, model::UnitTimer::pod));
  }
  void lose_pod(UnitName unit) override {
    model::kubernetes::kill_pod(step(), unit, model::kubernetes::Return::never);
  }
  void start_pod(UnitName unit) override {
    CHECK(host_.world.unit(unit).pod.phase == model::PodPhase::absent);
    model::kubernetes::on_pod_timer(step(), unit);
    host_.run_until([this, unit] { return model::pebble::can_connect(host_.world, unit); });
  }
  void label_pod(UnitName unit) override { model::kubernetes::label_as_member(step(), unit); }
  void start_patroni(UnitName unit) override { model::pebble::update_and_restart(step(), unit); }
  void stop_api() override { model::network::stop_api(step(), 24h); }
  void start_api() override { model::network::on_api_timer(step()); }
  void begin_restart(UnitName unit) override { (void)model::patroni::post_restart(step(), unit); }

  std::uint64_t postmaster(UnitName unit) override {
    std::uint64_t starts = 0;
    for (const model::given::PastFact& past : host_.all(model::FactKind::job_ended)) {
      if (past.fact.unit == unit && starts_postgres(past.fact.value)) ++starts;
    }
    return starts;
  }
  std::uint32_t timeline(UnitName unit) override { return host_.postgres(unit).timeline; }
  bool serves_tls(UnitName unit) override {
    return model::patroni::is_up(host_.world, unit) && host_.member(unit).tls;
  }
  bool is_pg_hba_taken(UnitName unit) override {
    return model::patroni::is_pg_hba_taken(host_.world, unit);
  }
  bool is_configured(const DynamicConfiguration& asked) override {
    const model::Dcs& dcs = host_.dcs();
    return dcs.node_count == asked.synchronous.node_count &&
           dcs.strict == asked.synchronous.strict &&
           dcs.maximum_lag == model::maximum_lag(asked.maximum_lag_on_failover_bytes) &&
           dcs.kept_wal == model::kept_wal(asked.wal_keep_size_mb) &&
           dcs.parameters == model::patroni::parameters_of(asked);
  }

 private:
  // A hook of one unit, and what it asks through.
  struct Asking {
    explicit Asking(sim::CallHost& host) : gate(host, run) {}
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

    sim::UnitRun run;
    sim::CallGate gate;
    sim::PatroniPort port{gate};
  };

  static bool starts_postgres(std::uint32_t job) {
    using model::Job;
    const auto of = static_cast<Job>(job);
    return of == Job::restart || of == Job::start_primary || of == Job::restart_after_failure ||
           of == Job::start_after_demotion;
  }
  model::Step& step() { return host_.step(); }

  CalmHost host_{3};
  std::array<Asking, 3> asking_{Asking{host_}, Asking{host_}, Asking{host_}};
};

}  // namespace

std::unique_ptr<PatroniBench> model_patroni() { return std::make_unique<ModelPatroni>(); }

}  // namespace charm::contract
