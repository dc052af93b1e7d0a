#include "charm/live/connections.h"

#include <optional>
#include <string>

#include "charm/live/http.h"
#include "charm/live/kubernetes_adapter.h"
#include "charm/live/patroni_adapter.h"
#include "charm/live/pebble.h"
#include "charm/live/postgresql.h"
#include "charm/live/private_files.h"
#include "charm/live/workload_adapter.h"
#include "charm/rendering/deployment.h"
#include "charm/types/outcome.h"

namespace charm::live {
namespace {

// Source: juju-and-pebble.md, section 6.1.
constexpr const char* pebble_socket = "/charm/containers/postgresql/pebble.socket";

class Connections {
 public:
  Connections(const Identity& who, HookTools& tools, const EnvironmentLookup& environment)
      : who_(who), environment_(environment), log_(tools), pebble_(http_, pebble_socket) {}

  std::unique_ptr<ports::Kubernetes> kubernetes();
  std::unique_ptr<ports::Patroni> patroni(Ports& ports);
  std::unique_ptr<ports::Workload> workload(Ports& ports);
  std::unique_ptr<ports::PostgreSQL> postgresql(Ports& ports);

 private:
  [[nodiscard]] std::string value_of(std::string_view name) const {
    return std::string(environment_(name).value_or(std::string_view()));
  }
  [[nodiscard]] Deployment deployment() const { return {.app = who_.app, .model = who_.model}; }
  std::string authority(Ports& ports);
  std::string authority_file(Ports& ports);
  std::expected<ExecAnswer, Unreachable> execute(const ExecRequest& request);

  const Identity& who_;
  const EnvironmentLookup& environment_;
  JujuLog log_;
  Http http_;
  Pebble pebble_;
  std::optional<Pem> last_authority_;
  std::optional<PrivateFolder> folder_;
  Pem in_file_;
  std::string file_;
};

std::unique_ptr<ports::Kubernetes> Connections::kubernetes() {
  const std::string host = value_of("KUBERNETES_SERVICE_HOST");
  const std::string config = value_of("KUBECONFIG");
  auto access = host.empty() && !config.empty()
                    ? kubeconfig_access(config)
                    : in_cluster_access(host, value_of("KUBERNETES_SERVICE_PORT"));
  if (!access) throw HookFailed("no access to Kubernetes: " + access.error().text);
  return std::make_unique<KubernetesAdapter>(http_, *std::move(access), who_.app, log_);
}

// The authority of the certificates that members serve with. While they go back to http there is
// none in the secret any more, and what the container still has is trusted.
std::string Connections::authority(Ports& ports) {
  const TlsState state = ports.juju.tls();
  if (state.enabled()) {
    last_authority_ = state.files.authority;
  } else if (!last_authority_) {
    last_authority_ = ports.workload.tls_files().value_or(TlsFiles()).authority;
  }
  return ports.pems.text(*last_authority_);
}

std::unique_ptr<ports::Patroni> Connections::patroni(Ports& ports) {
  PatroniCredentials credentials{
      .password =
          [&ports] { return std::string(ports.juju.passwords().of(SystemUser::patroni).reveal()); },
      .authority = [this, &ports] { return authority(ports); }};
  return std::make_unique<PatroniAdapter>(http_, patroni_addresses(who_.app, who_.model),
                                          std::move(credentials), who_.app, who_.unit, log_);
}

std::unique_ptr<ports::Workload> Connections::workload(Ports& ports) {
  return std::make_unique<WorkloadAdapter>(pebble_, ports.pems, log_, deployment(), who_.unit);
}

// libpq reads it from a file; it is no secret.
std::string Connections::authority_file(Ports& ports) {
  const TlsState state = ports.juju.tls();
  if (!state.enabled()) return {};
  if (in_file_ == state.files.authority) return file_;
  if (!folder_) folder_.emplace();
  file_ = folder_->write(ports.pems.text(state.files.authority));
  in_file_ = state.files.authority;
  return file_;
}

std::expected<ExecAnswer, Unreachable> Connections::execute(const ExecRequest& request) {
  auto executed = pebble_.execute({.words = request.command,
                                   .input = request.input,
                                   .user = request.user,
                                   .timeout = request.timeout});
  if (!executed) {
    log_.warn("cannot run " + request.command.front() +
              " in the container: " + executed.error().text);
    return std::unexpected(Unreachable{});
  }
  return ExecAnswer{.exit_code = executed->exit_code, .output = std::move(executed->output)};
}

std::unique_ptr<ports::PostgreSQL> Connections::postgresql(Ports& ports) {
  SqlSources sources{.operator_passwords = [&ports] { return ports.juju.operator_passwords(); },
                     .authority_file = [this, &ports] { return authority_file(ports); }};
  const Exec exec = [this](const ExecRequest& request) { return execute(request); };
  return std::make_unique<PostgreSQL>(who_.app, sql_places(deployment(), who_.unit),
                                      std::move(sources), exec, log_);
}

}  // namespace

MakePorts connect(const Identity& who, HookTools& tools, const EnvironmentLookup& environment) {
  const auto real = std::make_shared<Connections>(who, tools, environment);
  return {.kubernetes = [real](Ports& /*ports*/) { return real->kubernetes(); },
          .patroni = [real](Ports& ports) { return real->patroni(ports); },
          .workload = [real](Ports& ports) { return real->workload(ports); },
          .postgresql = [real](Ports& ports) { return real->postgresql(ports); }};
}

}  // namespace charm::live
