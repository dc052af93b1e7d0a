#include "charm/live/patroni_adapter.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "charm/rendering/patch_body.h"

namespace charm::live {
namespace {

using nlohmann::json;
using ports::TakeOverError;
using namespace std::chrono_literals;

constexpr std::string_view rest_port = ":8008";
constexpr Duration restart_timeout = 60s;
constexpr std::size_t max_answer_bytes = std::size_t{1} << 20U;

bool only_reads(std::string_view method) { return method == "GET"; }

std::string_view trouble(int status) {
  return status == 401 ? ", the password is not accepted" : std::string_view();
}

}  // namespace

PatroniAddresses patroni_addresses(const AppName& app, std::string_view model) {
  const auto member = [app](HostName host) { return to_text(app, host).append(rest_port); };
  std::string primary = app.text + "-primary.";
  primary.append(model).append(".svc.cluster.local").append(rest_port);
  return {.member = member, .primary = std::move(primary)};
}

PatroniAdapter::PatroniAdapter(Http& http, PatroniAddresses addresses,
                               PatroniCredentials credentials, AppName app, UnitName own, Log& log)
    : http_(http),
      addresses_(std::move(addresses)),
      credentials_(std::move(credentials)),
      app_(std::move(app)),
      own_(own),
      log_(log) {}

std::expected<bool, Unreachable> PatroniAdapter::sees_no_leader(HostName host) {
  const auto status = status_of(member(host));
  if (!status) return std::unexpected(status.error());
  return status->cluster_unlocked;
}

std::expected<ClusterView, Unreachable> PatroniAdapter::cluster() { return cluster_of(own()); }

std::expected<ClusterView, Unreachable> PatroniAdapter::cluster_by(HostName host) {
  return cluster_of(member(host));
}

std::expected<MemberState, Unreachable> PatroniAdapter::own_health() { return health_of(own()); }

std::expected<MemberState, Unreachable> PatroniAdapter::primary_endpoint_health() {
  return health_of({addresses_.primary, app_.text + "-primary"});
}

std::expected<MemberState, Unreachable> PatroniAdapter::member_health(HostName host) {
  return health_of(member(host));
}

std::expected<void, Unreachable> PatroniAdapter::patch_configuration(
    const DynamicConfiguration& configuration) {
  return write({.method = "PATCH", .path = "/config", .body = render_patch_body(configuration)},
               200);
}

std::expected<void, Unreachable> PatroniAdapter::patch_synchronous(
    const SynchronousSettings& settings) {
  return write({.method = "PATCH", .path = "/config", .body = render_patch_body(settings)}, 200);
}

std::expected<void, Unreachable> PatroniAdapter::switch_over(MaybeMember candidate) {
  json body{{"leader", to_text(app_, member_of(own_))}};
  if (candidate) body["candidate"] = to_text(app_, *candidate);
  return write({.method = "POST", .path = "/switchover", .body = body.dump()}, 200);
}

std::expected<void, TakeOverError> PatroniAdapter::take_over_from(MemberName leader) {
  const json body{{"leader", to_text(app_, leader)}, {"candidate", to_text(app_, member_of(own_))}};
  const Question question{.method = "POST", .path = "/switchover", .body = body.dump()};
  const auto answer = ask(own(), question);
  if (!answer) return std::unexpected(TakeOverError::failed);
  if (answer->status == 200) return {};
  if (answer->status == 412 && is_not_synchronous(answer->body)) {
    (void)fail(own(), question, "412, it is no synchronous standby");
    return std::unexpected(TakeOverError::not_synchronous);
  }
  (void)fail(own(), question, std::to_string(answer->status).append(trouble(answer->status)));
  return std::unexpected(TakeOverError::failed);
}

std::expected<void, Unreachable> PatroniAdapter::switch_over_between(MemberName leader,
                                                                     MemberName candidate) {
  const json body{{"leader", to_text(app_, leader)}, {"candidate", to_text(app_, candidate)}};
  return write({.method = "POST", .path = "/switchover", .body = body.dump()}, 200);
}

std::expected<void, Unreachable> PatroniAdapter::reload() {
  return write({.method = "POST", .path = "/reload"}, 202);
}

std::expected<bool, Unreachable> PatroniAdapter::is_restart_pending() {
  const auto status = status_of(own());
  if (!status) return std::unexpected(status.error());
  const bool runs =
      status->state == MemberState::running || status->state == MemberState::streaming;
  if (!runs) {
    return fail(own(), {.method = "GET", .path = "/patroni"}, "PostgreSQL does not run");
  }
  return status->pending_restart;
}

std::expected<void, Unreachable> PatroniAdapter::restart(ports::RestartWhen when) {
  const json pending{{"restart_pending", true}};
  return write({.method = "POST",
                .path = "/restart",
                .body = when == ports::RestartWhen::pending ? pending.dump() : std::string(),
                .timeout = restart_timeout},
               200);
}

PatroniAdapter::Whose PatroniAdapter::member(HostName host) const {
  return {addresses_.member(host), to_text(app_, member_of(unit_of(host)))};
}

PatroniAdapter::Answer PatroniAdapter::ask(const Whose& whose, const Question& question) {
  auto answer = ask_by_what_it_serves(whose, question);
  if (!answer) return fail(whose, question, answer.error().text);
  return std::move(*answer);
}

// https first: whoever does not talk it refuses the handshake, before anything was sent, and is
// asked by http in what is left of the time. A certificate of somebody else is no reason to.
std::expected<HttpAnswer, HttpError> PatroniAdapter::ask_by_what_it_serves(
    const Whose& whose, const Question& question) {
  HttpRequest request{.method = std::string(question.method),
                      .body = question.body,
                      .authority = credentials_.authority(),
                      .timeout = question.timeout,
                      .max_answer_bytes = max_answer_bytes};
  if (!question.body.empty()) request.headers.emplace_back("Content-Type: application/json");
  if (!only_reads(question.method)) {
    request.user = "patroni";
    request.password = credentials_.password();
  }
  const std::string rest = std::string("://").append(whose.address).append(question.path);
  if (!request.authority.empty()) {
    const auto begin = std::chrono::steady_clock::now();
    request.url = "https" + rest;
    auto answer = http_.ask(request);
    if (answer || answer.error().what != HttpFailure::no_tls) return answer;
    const auto taken = std::chrono::steady_clock::now() - begin;
    request.timeout -= std::chrono::duration_cast<Duration>(taken);
    if (request.timeout <= Duration{}) return answer;
  }
  request.url = "http" + rest;
  return http_.ask(request);
}

PatroniAdapter::Done PatroniAdapter::write(const Question& question, int expected_status) {
  const auto answer = ask(own(), question);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == expected_status) return {};
  return fail(own(), question, std::to_string(answer->status).append(trouble(answer->status)));
}

std::expected<ClusterView, Unreachable> PatroniAdapter::cluster_of(const Whose& whose) {
  const Question question{.method = "GET", .path = "/cluster"};
  const auto answer = ask(whose, question);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return fail(whose, question, std::to_string(answer->status));
  const auto view = parse_cluster(app_, answer->body);
  if (!view) return fail(whose, question, "the answer names no members of this application");
  return *view;
}

// 503 is the answer of a member whose PostgreSQL does not run, and says what it does instead.
std::expected<MemberState, Unreachable> PatroniAdapter::health_of(const Whose& whose) {
  const Question question{.method = "GET", .path = "/health"};
  const auto answer = ask(whose, question);
  if (!answer) return std::unexpected(answer.error());
  const bool answers = answer->status == 200 || answer->status == 503;
  if (!answers) return fail(whose, question, std::to_string(answer->status));
  const auto status = parse_member_status(answer->body);
  if (!status) return fail(whose, question, "the answer is no member's status");
  return status->state;
}

std::expected<MemberStatus, Unreachable> PatroniAdapter::status_of(const Whose& whose) {
  const Question question{.method = "GET", .path = "/patroni"};
  const auto answer = ask(whose, question);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return fail(whose, question, std::to_string(answer->status));
  const auto status = parse_member_status(answer->body);
  if (!status) return fail(whose, question, "the answer is no member's status");
  return *status;
}

std::unexpected<Unreachable> PatroniAdapter::fail(const Whose& whose, const Question& question,
                                                  std::string_view why) {
  log_.warn(std::string("cannot ")
                .append(question.method)
                .append(" ")
                .append(question.path)
                .append(" of ")
                .append(whose.name)
                .append(": ")
                .append(why));
  return std::unexpected(Unreachable{});
}

}  // namespace charm::live
