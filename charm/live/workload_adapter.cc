#include "charm/live/workload_adapter.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "charm/live/volume.h"
#include "charm/rendering/container_files.h"
#include "charm/rendering/patroni_yml.h"
#include "charm/rendering/pebble_layer.h"
#include "charm/types/text.h"

namespace charm::live {
namespace {

using ports::WriteError;

constexpr const char* postgres = "postgres";
constexpr const char* storage = "/var/lib/postgresql/data";
constexpr const char* data_directory = "/var/lib/postgresql/data/pgdata";
constexpr const char* database_mark = "/var/lib/postgresql/data/pgdata/PG_VERSION";
constexpr const char* pg_hba_conf = "/var/lib/postgresql/data/pgdata/pg_hba.conf";
constexpr const char* patroni_yml = "/var/lib/postgresql/data/patroni.yml";
constexpr const char* key_pem = "/var/lib/postgresql/data/key.pem";
constexpr const char* certificate_pem = "/var/lib/postgresql/data/cert.pem";
constexpr const char* authority_pem = "/var/lib/postgresql/data/ca.pem";
constexpr const char* offered_authority = "/usr/local/share/ca-certificates/ca.crt";
// What update-ca-certificates puts together: every authority that programs in the container trust.
constexpr const char* trusted_authorities = "/etc/ssl/certs/ca-certificates.crt";
constexpr const char* snap_yaml = "/meta.charmed-postgresql/snap.yaml";

constexpr const char* for_owner_alone = "400";
// Upstream's is readable for everybody. It holds passwords, and Patroni runs as its owner.
constexpr const char* of_configuration = "600";

FileToWrite pem_file(const char* path, std::string contents) {
  return {.path = path,
          .permissions = for_owner_alone,
          .owner = postgres,
          .contents = std::move(contents)};
}

std::string_view without_line_end(std::string_view text) {
  return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
}

bool has_line(std::string_view text, std::string_view line) {
  while (!text.empty()) {
    if (take_until(text, '\n') == line) return true;
  }
  return false;
}

}  // namespace

WorkloadAdapter::WorkloadAdapter(Pebble& pebble, PemStore& pems, Log& log, Deployment deployment,
                                 UnitName own)
    : pebble_(pebble), pems_(pems), log_(log), deployment_(std::move(deployment)), own_(own) {}

std::unexpected<Unreachable> WorkloadAdapter::cannot(std::string_view what, std::string_view why) {
  log_.warn(std::string("cannot ").append(what).append(": ").append(why));
  return std::unexpected(Unreachable{});
}

template <class T>
std::expected<T, Unreachable> WorkloadAdapter::told(std::string_view what, FromPebble<T> answer) {
  if (!answer) return cannot(what, answer.error().text);
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*answer);
  }
}

std::expected<Executed, Unreachable> WorkloadAdapter::execute(std::string_view what,
                                                              const Command& command) {
  return told(what, pebble_.execute(command));
}

std::expected<void, Unreachable> WorkloadAdapter::run(std::string_view what,
                                                      const Command& command) {
  const auto executed = execute(what, command);
  if (!executed) return std::unexpected(executed.error());
  if (executed->exit_code == 0) return {};
  return cannot(what, "it ends with " + std::to_string(executed->exit_code));
}

bool WorkloadAdapter::can_connect() {
  return told("reach Pebble", pebble_.system_info()).has_value();
}

std::expected<void, Unreachable> WorkloadAdapter::create_data_directory() {
  const auto made = told(
      "create the data directory",
      pebble_.make_directory({.path = data_directory, .permissions = "750", .owner = postgres}));
  if (!made) return made;
  // The storage comes with the pod, and belongs to whoever has made the volume.
  return run("give the storage to its user", {.words = {"chown", "postgres:postgres", storage}});
}

std::expected<bool, Unreachable> WorkloadAdapter::holds_database() {
  const auto found = pebble_.look_at(database_mark);
  if (found) return true;
  if (found.error().what == PebbleError::What::not_found) return false;
  return cannot("look for a database", found.error().text);
}

std::optional<std::uint8_t> WorkloadAdapter::free_percent_of_volume() {
  std::error_code error;
  const auto percent = free_percent_of(data_directory, error);
  if (!percent) log_.warn("cannot tell how full the volume is: " + error.message());
  return percent;
}

std::expected<BoundedText<15>, Unreachable> WorkloadAdapter::database_version() {
  postgresql_version_.reset();  // another container may have come since
  const auto version = postgresql_version();
  if (!version) return std::unexpected(version.error());
  return BoundedText<15>(*version);
}

// An authority that the container does not trust is not there: a new container has the storage's
// files, and none of the old one's own.
std::expected<TlsFiles, Unreachable> WorkloadAdapter::tls_files() {
  const auto files =
      told("read the TLS files",
           pebble_.read_files({key_pem, certificate_pem, authority_pem, trusted_authorities}));
  if (!files) return std::unexpected(files.error());
  const auto pem = [&](std::size_t file) { return pems_.keep((*files)[file].value_or("")); };
  TlsFiles found{.key = pem(0), .certificate = pem(1), .authority = pem(2)};
  const std::string trusted = (*files)[3].value_or("");
  if (!trusted.contains(without_line_end(pems_.text(found.authority)))) found.authority = {};
  return found;
}

// The authority first: what stands in the storage is not pushed again.
std::expected<void, Unreachable> WorkloadAdapter::push_tls_files(const TlsFiles& files) {
  const std::string& authority = pems_.text(files.authority);
  const auto offered = told("push the certificate of the authority",
                            pebble_.write_files({pem_file(offered_authority, authority)}));
  if (!offered) return offered;
  const auto trusted = run("trust the authority", {.words = {"update-ca-certificates"}});
  if (!trusted) return trusted;
  return told("push the TLS files",
              pebble_.write_files({pem_file(key_pem, pems_.text(files.key)),
                                   pem_file(authority_pem, authority),
                                   pem_file(certificate_pem, pems_.text(files.certificate))}));
}

std::expected<std::optional<std::string>, Unreachable> WorkloadAdapter::read_patroni_yml() {
  auto files = told("read patroni.yml", pebble_.read_files({patroni_yml}));
  if (!files) return std::unexpected(files.error());
  return std::move(files->front());
}

std::expected<std::string, Unreachable> WorkloadAdapter::postgresql_version() {
  if (postgresql_version_) return *postgresql_version_;
  constexpr std::string_view what = "tell the version of PostgreSQL by snap.yaml";
  const auto files = told(what, pebble_.read_files({snap_yaml}));
  if (!files) return std::unexpected(files.error());
  if (!files->front()) return cannot(what, "there is no such file");
  postgresql_version_ = postgresql_version_of(*files->front());
  if (!postgresql_version_) return cannot(what, "it has no version");
  return *postgresql_version_;
}

std::expected<std::string, Unreachable> WorkloadAdapter::postgresql_major() {
  auto version = postgresql_version();
  if (version) version->resize(std::min(version->find('.'), version->size()));
  return version;
}

std::expected<bool, WriteError> WorkloadAdapter::write_patroni_configuration(
    const PatroniConfiguration& configuration) {
  const auto major = postgresql_major();
  const auto standing = major ? read_patroni_yml() : std::unexpected(major.error());
  if (!standing) return std::unexpected(WriteError::unreachable);
  Deployment deployment = deployment_;
  deployment.postgresql_major = *major;
  std::string rendered;
  if (configuration.options != nullptr) {
    rendered = render_patroni_yml(configuration, deployment, standing->value_or(""));
  } else {
    auto kept = render_over(standing->value_or(""), configuration, deployment);
    if (!kept) return std::unexpected(WriteError::no_file);
    rendered = std::move(*kept);
  }
  const bool differ = standing->has_value() && have_other_parameters(**standing, rendered);
  const auto written =
      told("write patroni.yml", pebble_.write_files({{.path = patroni_yml,
                                                      .permissions = of_configuration,
                                                      .owner = postgres,
                                                      .contents = std::move(rendered)}}));
  if (!written) return std::unexpected(WriteError::unreachable);
  return differ;
}

std::expected<bool, Unreachable> WorkloadAdapter::is_pg_hba_taken() {
  const auto files = told("read pg_hba.conf", pebble_.read_files({patroni_yml, pg_hba_conf}));
  if (!files) return std::unexpected(files.error());
  const auto& [asked, written] = std::tie(files->front(), files->back());
  return !asked || !written || is_written_as_asked(*asked, *written);
}

std::expected<bool, Unreachable> WorkloadAdapter::has_locale(std::string_view locale) {
  constexpr std::string_view what = "list the locales";
  const auto listed = execute(what, {.words = {"locale", "-a"}});
  if (!listed) return std::unexpected(listed.error());
  if (listed->exit_code != 0) {
    return cannot(what, "it ends with " + std::to_string(listed->exit_code));
  }
  return has_line(listed->output, locale);
}

std::expected<std::string, Unreachable> WorkloadAdapter::layer(const Secret& monitoring) {
  const auto standing = read_patroni_yml();
  if (!standing) return std::unexpected(standing.error());
  return render_pebble_layer({.deployment = deployment_,
                              .unit = own_,
                              .tls = serves_tls(standing->value_or("")),
                              .monitoring_password = monitoring});
}

std::expected<bool, Unreachable> WorkloadAdapter::is_plan_current() {
  constexpr std::string_view what = "read Pebble's plan";
  const auto asked = layer({});
  if (!asked) return std::unexpected(asked.error());
  const auto plan = told(what, pebble_.plan());
  if (!plan) return std::unexpected(plan.error());
  const auto current = is_in_plan(*asked, *plan);
  if (!current) return cannot(what, "it is none");
  return *current;
}

std::expected<std::optional<ServiceInfo>, Unreachable> WorkloadAdapter::service(const char* name) {
  const auto services = told("ask for the services", pebble_.services({name}));
  if (!services) return std::unexpected(services.error());
  const auto found = std::ranges::find(*services, name, &ServiceInfo::name);
  return found == services->end() ? std::nullopt : std::optional(*found);
}

std::expected<bool, Unreachable> WorkloadAdapter::is_service_running() {
  const auto patroni = service(patroni_service);
  if (!patroni) return std::unexpected(patroni.error());
  return *patroni && (*patroni)->active;
}

std::expected<void, Unreachable> WorkloadAdapter::update_layer(const Secret& monitoring) {
  const auto asked = layer(monitoring);
  if (!asked) return std::unexpected(asked.error());
  return told("add the layer to Pebble's plan", pebble_.add_layer(layer_label, *asked));
}

std::expected<void, Unreachable> WorkloadAdapter::update_and_restart_service(
    const Secret& monitoring) {
  if (const auto updated = update_layer(monitoring); !updated) return updated;
  return told("start what Pebble's plan asks for", pebble_.replan());
}

std::expected<bool, Unreachable> WorkloadAdapter::is_exporter_current(const Secret& monitoring) {
  constexpr std::string_view what = "read Pebble's plan for the exporter";
  const auto plan = told(what, pebble_.plan());
  if (!plan) return std::unexpected(plan.error());
  const auto exporter = service(exporter_service);
  if (!exporter) return std::unexpected(exporter.error());
  const std::string asked = render_pebble_layer(
      {.deployment = deployment_, .unit = own_, .monitoring_password = monitoring});
  const auto in_plan = is_exporter_in_plan(asked, *plan);
  if (!in_plan) return cannot(what, "it is none");
  const bool runs = *exporter && (*exporter)->active;
  return *in_plan && runs == !monitoring.empty();
}

// Pebble refuses to stop what is in no plan. What waits to be started again is stopped as well.
std::expected<void, Unreachable> WorkloadAdapter::stop_exporter() {
  const auto exporter = service(exporter_service);
  if (!exporter) return std::unexpected(exporter.error());
  if (!*exporter) return {};
  return told("stop the exporter", pebble_.stop({exporter_service}));
}

// A start that has failed goes on: Pebble tries again by itself.
std::expected<void, Unreachable> WorkloadAdapter::start_exporter() {
  constexpr std::string_view what = "start the exporter";
  const auto started = pebble_.start({exporter_service});
  if (started) return {};
  if (started.error().what != PebbleError::What::failed) return cannot(what, started.error().text);
  (void)cannot(what, started.error().text + ", and Pebble tries again");
  return {};
}

std::expected<void, Unreachable> WorkloadAdapter::signal_reload() {
  return told("signal Patroni to reload", pebble_.send_signal("SIGHUP", {patroni_service}));
}

std::expected<void, Unreachable> WorkloadAdapter::restart_service() {
  return told("restart Patroni", pebble_.restart({patroni_service}));
}

std::expected<void, Unreachable> WorkloadAdapter::stop_database() {
  constexpr std::string_view what = "stop PostgreSQL";
  const auto major = postgresql_major();
  if (!major) return std::unexpected(major.error());
  const std::string pg_ctl = "/usr/lib/postgresql/" + *major + "/bin/pg_ctl";
  const auto stopped = execute(
      what, {.words = {pg_ctl, "stop", "-D", data_directory, "-m", "immediate", "-s", "-t", "20"},
             .user = postgres});
  if (!stopped) return std::unexpected(stopped.error());
  if (stopped->exit_code == 0) return {};
  // It says the same of one that does not run and of one that it cannot stop. Status tells them
  // apart: 3, it does not run; 4, there is no data directory to run in.
  const auto status =
      execute(what, {.words = {pg_ctl, "status", "-D", data_directory}, .user = postgres});
  if (!status) return std::unexpected(status.error());
  if (status->exit_code == 3 || status->exit_code == 4) return {};
  return cannot(what, "it ends with " + std::to_string(stopped->exit_code));
}

}  // namespace charm::live
