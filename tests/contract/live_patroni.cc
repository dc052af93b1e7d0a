// Three real members, each asked through the production charm's adapter. All cases of a process
// share them: they take half a minute to start.
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "charm/live/patroni_adapter.h"
#include "charm/options/options.h"
#include "charm/rendering/patch_body.h"
#include "charm/types/check.h"
#include "tests/contract/patroni_bench.h"
#include "tests/live/patroni_rig.h"

namespace charm::contract {
namespace {

using namespace std::chrono_literals;
using live::given::PatroniRig;
using nlohmann::json;

constexpr std::array members{UnitName{0}, UnitName{1}, UnitName{2}};

std::string password(bool other) { return other ? "the-other-one" : "the-one"; }

class NoLog final : public live::Log {
 public:
  void warn(std::string_view /*line*/) override {}
};

PatroniConfiguration file_of(UnitName own, const MemberFile& file) {
  PatroniConfiguration result;
  for (UnitName unit : members) {
    if (unit == own || !file.alone) result.hosts.push_back(host_of(unit));
  }
  result.list_anew = file.listed_anew;
  result.leaving = file.leaving;
  result.tls = file.tls;
  result.options = &default_options();
  result.node = {.cores = 2, .memory_bytes = std::uint64_t{file.larger ? 2U : 1U} << 30U};
  result.operator_password = Secret("o");
  result.replication_password = Secret("r");
  result.rewind_password = Secret("w");
  result.patroni_password = Secret(password(file.other_password));
  return result;
}

// What the cases of a process share.
struct Cluster {
  PatroniRig rig{file_of({}, {})};
  std::array<MemberFile, 3> files{};
  std::set<std::uint16_t> frozen;
  // Whose Patroni has found PostgreSQL running.
  std::set<std::uint16_t> joined;
  std::vector<std::thread> waiting;
  // Patroni takes no wal_keep_size below 16 MB.
  DynamicConfiguration base{.synchronous = {.node_count = 2, .strict = true},
                            .wal_keep_size_mb = 64};
  live::Http http;
};

Cluster& cluster() {
  static Cluster only;
  return only;
}

class LivePatroni final : public PatroniBench {
 public:
  LivePatroni() {
    bring_back();
    configure();
  }
  ~LivePatroni() override { join(); }
  LivePatroni(const LivePatroni&) = delete;
  LivePatroni& operator=(const LivePatroni&) = delete;

  ports::Patroni& patroni(UnitName unit) override {
    return adapter_.emplace(cluster_.http, addresses(), credentials(), cluster_.rig.app(), unit,
                            log_);
  }
  DynamicConfiguration configuration() override { return cluster_.base; }
  void know_other_password(bool other) override { password_ = password(other); }
  void let_pass(Duration time) override { std::this_thread::sleep_for(time); }
  Duration now() override {
    return std::chrono::duration_cast<Duration>(
        std::chrono::steady_clock::now().time_since_epoch());
  }

  void write_file(UnitName unit, const MemberFile& file) override {
    cluster_.rig.write(unit, file_of(unit, file));
    cluster_.files[unit.ordinal] = file;
    tls_ = tls_ || file.tls;
  }
  void kill_patroni(UnitName unit) override {
    cluster_.rig.signal_patroni(unit, "KILL");
    cluster_.joined.insert(unit.ordinal);
  }
  void kill_database(UnitName unit) override { cluster_.rig.kill_postmaster(unit); }
  void delay_starts(UnitName unit, Duration time) override {
    cluster_.rig.delay_starts(unit, time);
  }
  void freeze_patroni(UnitName unit) override {
    cluster_.rig.signal_patroni(unit, "STOP");
    cluster_.frozen.insert(unit.ordinal);
  }
  void thaw_patroni(UnitName unit) override {
    cluster_.rig.signal_patroni(unit, "CONT");
    cluster_.frozen.erase(unit.ordinal);
  }
  void delete_pod(UnitName unit) override { cluster_.rig.delete_pod(unit); }
  void lose_pod(UnitName unit) override { cluster_.rig.lose_pod(unit); }
  void start_pod(UnitName unit) override { cluster_.rig.start_pod(unit); }
  void label_pod(UnitName unit) override { cluster_.rig.label_pod(unit); }
  void start_patroni(UnitName unit) override { cluster_.rig.start_patroni(unit); }
  void stop_api() override { cluster_.rig.stop_api(); }
  void start_api() override { cluster_.rig.start_api(); }
  void begin_restart(UnitName unit) override {
    cluster_.waiting.emplace_back([this, unit, at = addresses(), with = credentials()] {
      live::Http http;
      NoLog log;
      live::PatroniAdapter adapter(http, at, with, cluster_.rig.app(), unit, log);
      (void)adapter.restart(ports::RestartWhen::always);
    });
  }

  std::uint64_t postmaster(UnitName unit) override { return cluster_.rig.postmaster(unit); }
  std::uint32_t timeline(UnitName unit) override {
    return ask(unit, {.url = "/patroni"}).value("timeline", 0U);
  }
  bool serves_tls(UnitName unit) override {
    return cluster_.http
        .ask({.url = "https://" + cluster_.rig.address(host_of(unit)) + "/health",
              .authority = cluster_.rig.authority()})
        .has_value();
  }
  bool is_pg_hba_taken(UnitName unit) override { return cluster_.rig.is_pg_hba_taken(unit); }
  bool is_configured(const DynamicConfiguration& asked) override {
    const json stands = dynamic_configuration();
    json patched = stands;
    patched.merge_patch(json::parse(render_patch_body(asked)));
    return patched == stands && stands.value("loop_wait", 0) == 2;
  }

 private:
  // --- from what a case has left to what the next one begins with ---

  void join() {
    for (std::thread& one : cluster_.waiting) one.join();
    cluster_.waiting.clear();
  }
  // Everybody runs, with the file that all have.
  void bring_back() {
    join();
    cluster_.rig.start_api();
    for (UnitName unit : members) {
      if (cluster_.frozen.contains(unit.ordinal)) thaw_patroni(unit);
      const bool had_pod = cluster_.rig.has_pod(unit);
      if (!had_pod) {
        cluster_.rig.start_pod(unit);
        cluster_.rig.label_pod(unit);
      }
      const bool has_file = cluster_.files[unit.ordinal] == MemberFile{};
      if (!has_file) write_file(unit, {});
      if (!had_pod) cluster_.rig.start_patroni(unit);
      // One that has joined a PostgreSQL cannot start it again before that (see the case).
      const bool joined = cluster_.joined.contains(unit.ordinal);
      if (had_pod && (!has_file || joined)) reload(unit);
    }
    cluster_.joined.clear();
  }
  // Done when its REST API takes the file's password, and PostgreSQL has the file's list.
  void reload(UnitName unit) {
    cluster_.rig.reload(unit);
    const auto has_read = [&] { return patroni(unit).reload() && is_pg_hba_taken(unit); };
    for (int tries = 0; tries < 120 && !has_read(); ++tries) {
      std::this_thread::sleep_for(500ms);
    }
  }
  // Passes are shorter than by default, so that the cases are; of max_connections what was asked
  // for stays, since a standby takes no fewer than its primary has.
  void configure() {
    const UnitName leads = await_leader();
    const json stands = dynamic_configuration();
    if (stands.value("loop_wait", 0) != 2) {
      (void)ask(
          leads,
          {.method = "PATCH", .url = "/config", .body = R"({"loop_wait": 2, "retry_timeout": 5})"});
    }
    const json connections = stands["postgresql"]["parameters"].value("max_connections", json(100));
    cluster_.base.max_connections = connections.get<std::uint32_t>();
    if (!is_configured(cluster_.base)) {
      CHECK(patroni(leads).patch_configuration(cluster_.base).has_value());
      std::this_thread::sleep_for(3s);  // a pass of each
    }
    // The standbys first: more connections than the primary has are fine.
    for (bool primary : {false, true}) {
      for (UnitName unit : members) {
        if ((unit == leads) == primary) end_pending_restart(unit);
      }
    }
  }
  UnitName await_leader() {
    for (int tries = 0; tries < 600; ++tries) {
      for (UnitName unit : members) {
        if (patroni(unit).own_health() != MemberState::running) continue;
        const auto view = patroni(unit).cluster();
        if (!view) continue;
        for (const ClusterMember& member : *view) {
          if (unit_of(member.name) == unit && member.role == MemberRole::leader) return unit;
        }
      }
      std::this_thread::sleep_for(500ms);
    }
    CHECK(false && "nobody leads");
    return {};
  }
  void end_pending_restart(UnitName unit) {
    for (int tries = 0; tries < 240; ++tries) {
      const auto pending = patroni(unit).is_restart_pending();
      if (pending == false) return;
      if (pending == true) (void)patroni(unit).restart(ports::RestartWhen::pending);
      std::this_thread::sleep_for(500ms);
    }
    CHECK(false && "a restart stays pending");
  }

  // --- asking ---

  // Where the primary's Service leads to is asked anew each time.
  live::PatroniAddresses addresses() {
    return {.member = [this](HostName host) { return cluster_.rig.address(host); },
            .primary = cluster_.rig.primary_address()};
  }
  // A member whose file has no TLS any more serves it until its reload.
  live::PatroniCredentials credentials() {
    return {.password = [shown = password_] { return shown; },
            .authority = [this] { return tls_ ? cluster_.rig.authority() : std::string(); }};
  }
  json ask(UnitName unit, live::HttpRequest request) {
    request.url.insert(0, "http://" + cluster_.rig.address(host_of(unit)));
    request.headers = {"Content-Type: application/json"};
    if (request.method != "GET") {
      request.user = "patroni";
      request.password = password(false);
    }
    const auto answer = cluster_.http.ask(request);
    if (!answer || answer->status != 200) return json::object();
    return json::parse(answer->body);
  }
  json dynamic_configuration() { return json::parse(cluster_.rig.dynamic_configuration()); }

  Cluster& cluster_ = cluster();
  std::string password_ = password(false);
  bool tls_ = false;  // a member has had it in this case
  NoLog log_;
  std::optional<live::PatroniAdapter> adapter_;
};

}  // namespace

std::string lacks_live_patroni() { return PatroniRig::lacks(); }
std::unique_ptr<PatroniBench> live_patroni() { return std::make_unique<LivePatroni>(); }

}  // namespace charm::contract
