#include "charm/live/juju.h"

#include <algorithm>

#include "charm/live/need.h"
#include "charm/wire/peers.h"

namespace charm::live {
namespace {

constexpr std::string_view peer_endpoint = "database-peers";

std::string application_label(const AppName& app) {
  return std::string(peer_endpoint).append(".").append(app.text).append(".app");
}

}  // namespace

// Juju remembers it, too; what is not asked need not be answered.
bool Juju::is_leader() {
  told_not_leader_ = told_not_leader_ || !need(tools_.is_leader());
  return !told_not_leader_;
}

UnitSet Juju::peers() { return bags_.peers(peer_endpoint); }

UnitSet Juju::planned_units() {
  UnitSet units;
  for (const std::string& name : need(tools_.goal_state()).units) {
    const auto unit = parse_unit_name(who_.app, name);
    if (!unit) throw HookFailed("goal-state: its output names no unit of " + who_.app.text);
    units.insert(*unit);
  }
  return units;
}

CharmConfig Juju::config() {
  if (config_) return *config_;
  auto options = Options::read(need(tools_.options()));
  if (options) {
    options_ = *std::move(options);
    config_ = charm_config(*options_);
  } else {
    invalid_option_ = to_text(options.error());
    config_ = CharmConfig{.valid = false, .invalid = invalid_option_};
  }
  return *config_;
}

Juju::Written Juju::set_application(std::string_view endpoint, const wire::Bag& changes) {
  if (!is_leader()) return std::unexpected(NotLeader{});
  return bags_.set_application(endpoint, changes);
}

HostList Juju::endpoints() {
  const wire::Bag& bag = bags_.application(peer_endpoint);
  return need(wire::parse_endpoints(who_.app, wire::value_of(bag, "endpoints")));
}

Juju::Written Juju::set_endpoints(const HostList& hosts) {
  return set_application(peer_endpoint, {{"endpoints", wire::endpoints_text(who_.app, hosts)}});
}

bool Juju::cluster_initialised() {
  const wire::Bag& bag = bags_.application(peer_endpoint);
  return need(wire::parse_cluster_initialised(wire::value_of(bag, "cluster_initialised")));
}

Juju::Written Juju::set_cluster_initialised() {
  return set_application(peer_endpoint,
                         {{"cluster_initialised", std::string(wire::cluster_initialised_text)}});
}

SystemPasswords Juju::passwords() {
  const auto content = secrets_.content(application_label(who_.app));
  const wire::Bag& bag = bags_.application(peer_endpoint);
  return {.all = need(wire::parse_passwords(bag, content.value_or(wire::Bag())))};
}

// What stands in the bag in clear would come first.
Juju::Written Juju::set_password(SystemUser user, const Secret& password) {
  if (!is_leader()) return std::unexpected(NotLeader{});
  const std::string label = application_label(who_.app);
  const bool is_first_operators = user == SystemUser::operator_user && !operator_before_;
  if (is_first_operators) operator_before_ = passwords().of(user);
  const wire::Bag content = secrets_.content(label).value_or(wire::Bag());
  const auto set =
      secrets_.set(label, Scope::application, wire::with_password(content, user, password));
  if (!set) return set;
  const std::string key = wire::password_key(user);
  if (wire::value_of(bags_.application(peer_endpoint), key).empty()) return {};
  return bags_.set_application(peer_endpoint, {{key, ""}});
}

std::vector<Secret> Juju::operator_passwords() {
  std::vector<Secret> known{passwords().of(SystemUser::operator_user)};
  if (operator_before_ && *operator_before_ != known.front()) known.push_back(*operator_before_);
  std::erase_if(known, [](const Secret& one) { return one.empty(); });
  return known;
}

Status Juju::keep_status(StatusKind kind, std::string message) {
  status_messages_.push_back(std::move(message));
  status_ = {kind, status_messages_.back()};
  return *status_;
}

// Juju's hook context tells for the rest of a hook what stood at its first look, whatever the hook
// has set since.
Status Juju::unit_status() {
  if (status_) return *status_;
  StatusText status = need(tools_.unit_status());
  return keep_status(status.kind, std::move(status.message));
}

void Juju::set_unit_status(const Status& status) {
  need(tools_.set_unit_status(status.kind, status.message));
  keep_status(status.kind, std::string(status.message));
}

void Juju::set_workload_version(std::string_view version) {
  need(tools_.set_application_version(version));
}

void Juju::open_ports() {
  for (const char* port : {"5432/tcp", "8008/tcp"}) need(tools_.open_port(port));
}

void Juju::log(std::string_view line) { tools_.log(LogLevel::debug, line); }

}  // namespace charm::live
