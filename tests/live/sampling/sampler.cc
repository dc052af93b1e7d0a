#include "tests/live/sampling/sampler.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "charm/live/http.h"
#include "charm/live/process.h"
#include "model/timing.h"
#include "tests/live/sampling/faults.h"
#include "tests/support/places.h"

namespace sampling {
namespace {

using namespace std::chrono_literals;
using charm::UnitName;
using nlohmann::json;

const std::string app = "postgresql-k8s";
const std::string model_name = "testing";
constexpr std::uint16_t units = 3;
// As the simulated clusters have it.
constexpr charm::Duration update_status_interval = 5min;
// What the rig installs (tests/live/rig/settings.sh).
constexpr const char* patroni_version = "3.1.2";

constexpr charm::Duration longest_deployment = 8min;
constexpr charm::Duration longest_repair = 7min;
constexpr charm::Duration longest_outage = 4min;

std::string member(UnitName unit) { return app + '-' + std::to_string(unit.ordinal); }

std::string address_of(UnitName unit) {
  const auto ended = charm::live::run({.arguments = {tests::in_repository("tests/live/rig/pod"),
                                                     "address", std::to_string(unit.ordinal)},
                                       .input = {},
                                       .deadline = 10s});
  return ended.output.substr(0, ended.output.find('\n'));
}

std::string date_of(std::int64_t at_us) {
  const std::time_t at_s = at_us / 1'000'000;
  std::tm parts{};
  ::gmtime_r(&at_s, &parts);
  std::string text(20, ' ');
  text.resize(std::strftime(text.data(), text.size() + 1, "%Y-%m-%dT%H:%M:%S", &parts));
  const std::string milliseconds = std::to_string(at_us / 1000 % 1000);
  return text + '.' + std::string(3 - milliseconds.size(), '0') + milliseconds + 'Z';
}

double ms(std::int64_t us) { return static_cast<double>(us / 100) / 10; }

std::string_view to_text(Sight sight) {
  switch (sight) {
    case Sight::acknowledged: return "acknowledged";
    case Sight::connects: return "connects";
    case Sight::fails: return "fails";
    case Sight::recovery: return "recovery";
    case Sight::lock: return "lock";
    case Sight::route: return "route";
    case Sight::rest: return "rest";
  }
  return "";
}

double load_average() {
  double load = 0;
  std::ifstream("/proc/loadavg") >> load;
  return load;
}

std::string postgresql_version() {
  const auto ended = charm::live::run(
      {.arguments = {"/usr/lib/postgresql/15/bin/postgres", "--version"}, .input = {}});
  // `postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)`
  const auto begin = ended.output.find(") ") + 2;
  return ended.output.substr(begin, ended.output.find_first_of(" \n", begin) - begin);
}

}  // namespace

Sampler::Sampler(const Timing& timing, std::uint64_t seed)
    : timing_(timing),
      random_(seed),
      stage_(std::make_unique<scenes::Stage>(units, units, update_status_interval)) {
  wait_until([this] { return stage_->is_settled(); }, longest_deployment);
  patroni_password_ = stage_->password("patroni");
  for (UnitName unit; unit.ordinal < units; ++unit.ordinal) addresses_[unit] = address_of(unit);
  set_timing();
  make_table();
  observer_ = std::make_unique<Observer>(app, model_name, addresses_, journal_);
  for (const auto& [unit, address] : addresses_) {
    writers_.push_back(std::make_unique<Writer>(
        unit,
        Writer::Login{
            .address = address, .user = "operator", .password = stage_->password("operator")},
        journal_));
  }
}

Sampler::~Sampler() {
  writers_.clear();
  observer_.reset();
}

std::string Sampler::pod(UnitName unit) const {
  return std::string(std::getenv("RIG_STATE")) + "/pods/" + member(unit);
}

Sampler::Response Sampler::ask_patroni(UnitName unit, const std::string& method,
                                       const std::string& path, const json& body) {
  const auto answer =
      charm::live::Http().ask({.method = method,
                               .url = "http://" + addresses_.at(unit) + ":8008" + path,
                               .headers = {"Content-Type: application/json"},
                               .body = body.is_null() ? "" : body.dump(),
                               .user = "patroni",
                               .password = patroni_password_,
                               .unix_socket = {},
                               .timeout = 60s});
  return answer ? Response{answer->status, answer->body} : Response{0, answer.error().text};
}

void Sampler::run_for(charm::Duration time) {
  stage_->run_until([] { return false; }, time);
}

// As an operator would, by Patroni's own interface. No hook sets these three.
void Sampler::set_timing() {
  const auto [status, body] = ask_patroni(stage_->primary(), "PATCH", "/config",
                                          {{"ttl", timing_.ttl_s},
                                           {"loop_wait", timing_.loop_wait_s},
                                           {"retry_timeout", timing_.retry_timeout_s}});
  if (status != 200) throw std::runtime_error("PATCH /config: " + body);
  run_for(20s);  // each member's next loop takes it
}

void Sampler::make_table() {
  const std::string begin = "host=" + addresses_.at(stage_->primary()) +
                            " user=operator dbname=postgres sslmode=disable password=";
  const std::string statement = std::string("CREATE TABLE ") + table +
                                " (id bigserial PRIMARY KEY, written timestamptz "
                                "DEFAULT clock_timestamp())";
  PGconn* connection = PQconnectdb((begin + stage_->password("operator")).c_str());
  PGresult* result = PQexec(connection, statement.c_str());
  const bool is_made = PQresultStatus(result) == PGRES_COMMAND_OK;
  const std::string why = PQerrorMessage(connection);
  PQclear(result);
  PQfinish(connection);
  if (!is_made) throw std::runtime_error("the table is not made: " + why);
}

// The hooks have nothing to do, both standbys are synchronous, and writes are acknowledged.
bool Sampler::is_well() {
  if (!stage_->is_settled()) return false;
  const Observer::Lock lock = observer_->lock();
  if (lock.holder.empty() || lock.synchronous.size() + 1 != units) return false;
  const std::vector<Seen> seen = journal_.since(now_us() - 1'000'000);
  return std::ranges::any_of(seen, [&](const Seen& one) {
    return one.sight == Sight::acknowledged && member(one.unit) == lock.holder;
  });
}

// The interval of update-status would be most of the time between two samples: it is cut short as
// long as something is to be mended.
void Sampler::wait_until(const std::function<bool()>& reached, charm::Duration longest) {
  constexpr charm::Duration patience = 15s;
  const std::int64_t end_us = now_us() + longest.count();
  while (!stage_->run_until(reached, patience)) {
    if (now_us() > end_us) throw std::runtime_error("it does not settle: " + stage_->trouble());
    arm_update_status([](double) { return charm::Duration{0}; });
  }
}

void Sampler::arm_update_status(const std::function<charm::Duration(double)>& when) {
  model::World& world = stage_->juju().world();
  for (const UnitName unit : world.existing()) {
    const model::TimerId timer = model::timer_id(unit, model::UnitTimer::update_status);
    std::uniform_real_distribution<double> even(0, 1);
    if (world.is_armed(timer)) world.arm(timer, model::exactly(when(even(random_))));
  }
}

// When it has come about.
std::int64_t Sampler::strike(const std::string& kind, UnitName primary) {
  if (kind == "switchover") {
    const std::int64_t at_us = now_us();
    switchover_ = std::async(std::launch::async, [this, primary] {
      return ask_patroni(primary, "POST", "/switchover", {{"leader", member(primary)}});
    });
    return at_us;
  }
  const bool kills_pod = kind == "pod-gone" || kind == "pod-killed";
  const pid_t pid = kills_pod ? first_process(pod(primary)) : postmaster(pod(primary));
  if (pid <= 0) throw std::runtime_error("there is no process to be killed");
  const std::int64_t at_us = now_us();
  ::kill(pid, SIGKILL);
  if (kind == "pod-gone") stage_->lose_pod(primary);
  if (kind == "pod-killed") {
    stage_->juju().kill_pod(primary);
    // The rig's kubelet is this process: as a simulated one, at any moment of the model's window.
    constexpr model::Span when = model::timing::pod_restart;
    std::uniform_int_distribution<std::int64_t> even(when.least.count(), when.most.count());
    stage_->bring_pod_back(primary, charm::Duration(even(random_)));
  }
  return at_us;
}

// Until it is served again for a loop without a break, as a simulated client is watched.
Watched Sampler::watch_from(std::int64_t begin_us, UnitName primary, std::int64_t fault_us) {
  Watched watched;
  const std::int64_t steady_us = std::max(2, timing_.loop_wait_s) * std::int64_t{1'000'000};
  const std::int64_t patience_us =
      (10 + timing_.ttl_s + 3 * timing_.loop_wait_s) * std::int64_t{1'000'000};
  std::int64_t looked_us = 0;
  const bool is_over = stage_->run_until(
      [&] {
        const std::int64_t now = now_us();
        if (now - looked_us < 200'000) return false;
        looked_us = now;
        watched = watch(journal_.since(begin_us), primary, fault_us);
        if (now - watched.last_us >= 1'000'000) return false;
        if (now < watched.served_since_us + steady_us) return false;
        return watched.has_noticed || now >= fault_us + patience_us;
      },
      longest_outage);
  if (!is_over) throw std::runtime_error("it is not served again");
  return watched;
}

json Sampler::conditions() {
  const auto [status, body] = ask_patroni(stage_->primary(), "GET", "/config", nullptr);
  const json all = json::parse(body, nullptr, false);
  if (status != 200 || !all.is_object()) return {};
  return {{"ttl_s", all.value("ttl", 30)},
          {"loop_wait_s", all.value("loop_wait", 10)},
          {"retry_timeout_s", all.value("retry_timeout", 10)},
          {"strict", all.value("synchronous_mode_strict", false)},
          {"synchronous_node_count", all.value("synchronous_node_count", 1)}};
}

json Sampler::sample(const std::string& kind) {
  wait_until([this] { return is_well(); }, longest_repair);
  // As in the simulated runs: each agent's next one comes at any moment of its interval.
  arm_update_status([](double share) {
    return std::chrono::microseconds(
        static_cast<std::int64_t>(share * static_cast<double>(update_status_interval.count())));
  });
  const json given = conditions();
  const UnitName primary = stage_->primary();
  (void)observer_->latencies();
  std::uniform_real_distribution<double> even(0, 1);
  const double loops = 0.5 + even(random_);
  run_for(std::chrono::milliseconds(static_cast<int>(1000 * loops * timing_.loop_wait_s)));
  const Observer::Lock lock = observer_->lock();
  if (lock.holder != member(primary) || lock.synchronous.size() + 1 != units) {
    return sample(kind);  // something has befallen it meanwhile
  }
  const std::int64_t begin_us = now_us() - 1'000'000;
  journal_.forget_before(begin_us);
  const double load = load_average();
  const std::int64_t fault_us = fault_us_ = strike(kind, primary);
  const Watched watched = watch_from(begin_us, primary, fault_us);
  if (!watched.longest) throw std::runtime_error("there is no time between two writes");
  const Outage& outage = *watched.longest;
  const auto after = [fault_us](std::optional<std::int64_t> at_us) {
    return at_us ? json(ms(*at_us - fault_us)) : json();
  };
  latencies_ = observer_->latencies();
  std::ranges::sort(latencies_);
  json told{{"date", date_of(fault_us)},
            {"kind", kind},
            {"setting", given},
            {"patroni", patroni_version},
            {"postgresql", postgresql_version()},
            {"units", units},
            {"client_ms", write_interval.count()},
            {"load", load},
            {"primary", primary.ordinal},
            {"server", outage.server.ordinal},
            {"outage_ms", ms(outage.ended_us - outage.began_us)},
            {"renewed_ms", ms(lock.renewed_us - fault_us)},
            {"last_write_ms", ms(outage.began_us - fault_us)},
            {"acquired_ms", after(outage.acquired_us)},
            {"lock_ms", after(outage.lock_us)},
            {"connects_ms", after(outage.connects_us)},
            {"primary_ms", after(outage.primary_us)},
            {"routed_ms", after(outage.routed_us)},
            {"write_ms", ms(outage.ended_us - fault_us)},
            {"api_get_ms", latencies_.empty() ? 0 : ms(latencies_[latencies_.size() / 2])},
            {"api_get_most_ms", latencies_.empty() ? 0 : ms(latencies_.back())}};
  if (outage.postmaster_us > outage.began_us) {
    told["postmaster_ms"] = ms(outage.postmaster_us - fault_us);
  }
  if (switchover_.valid()) {
    const auto [status, body] = switchover_.get();
    told["answer"] = status;
    if (status != 200) throw std::runtime_error("switchover: " + body);
  }
  if (kind == "pod-gone") bring_back(primary, told);
  return told;
}

// And how long its Patroni takes until it listens: that is one of its first acts.
void Sampler::bring_back(UnitName unit, json& told) {
  const std::int64_t since_us = now_us();
  stage_->bring_pod_back(unit);
  std::int64_t listens_us = 0;
  stage_->run_until(
      [&] {
        for (const Seen& seen : journal_.since(since_us)) {
          if (seen.sight == Sight::rest && seen.unit == unit && seen.is_so) listens_us = seen.at_us;
        }
        return listens_us != 0;
      },
      2min);
  const std::int64_t began_us = patroni_began_us(pod(unit));
  if (listens_us > began_us && began_us > since_us) {
    told["patroni_listens_ms"] = ms(listens_us - began_us);
  }
}

void Sampler::keep_logs(const std::string& folder, const std::string& name) const {
  std::filesystem::create_directories(folder);
  constexpr const char* recent =
      "cd \"$1\" && cat $(ls -tr patroni.log* | tail -n 60); echo; "
      "find . -name 'postgresql-*.log' -newermt \"$2\" | sort | xargs -r cat";
  json moments = json::array();
  for (const Seen& seen : journal_.since(fault_us_ - 1'000'000)) {
    moments.push_back({ms(seen.at_us - fault_us_), to_text(seen.sight), seen.unit.ordinal,
                       seen.is_so, seen.since_us == 0 ? 0 : ms(seen.since_us - fault_us_),
                       ms(seen.took_us)});
  }
  const json all{{"seen", moments}, {"api_get_us", latencies_}};
  std::ofstream(folder + '/' + name + "-moments.json") << all << '\n';
  const std::string from = '@' + std::to_string(fault_us_ / 1'000'000 - 60);
  for (const auto& [unit, address] : addresses_) {
    const auto ended = charm::live::run(
        {.arguments = {"nsenter", "--target", std::to_string(first_process(pod(unit))), "--mount",
                       "--", "sh", "-c", recent, "sh", pod(unit) + "/own/upper/var/log/postgresql",
                       from},
         .input = {},
         .deadline = 10s});
    std::ofstream(folder + '/' + name + '-' + member(unit) + ".log") << ended.output;
  }
}

}  // namespace sampling
