// Patroni's REST API as hooks know it. One call is one try of at most 10 s, 5 s of them for the
// connection, and 60 s for a restart; each failure is a line in the log. GET /patroni takes half of
// Patroni's retry_timeout, 5 s, while PostgreSQL takes no connections. Source: charm-hooks.md,
// section 7; patroni-and-kubernetes.md, section 3.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "charm/live/http.h"
#include "charm/live/log.h"
#include "charm/live/patroni_answers.h"
#include "charm/ports/patroni.h"

namespace charm::live {

// Where REST APIs are, as `host:port`.
struct PatroniAddresses {
  std::function<std::string(HostName)> member;
  std::string primary;  // the Service `<app>-primary`
};

// As it is in Kubernetes: `pg-0.pg-endpoints:8008`, `pg-primary.model.svc.cluster.local:8008`.
PatroniAddresses patroni_addresses(const AppName& app, std::string_view model);

// Asked anew for each call: a hook may change both.
struct PatroniCredentials {
  // Of the user `patroni`. Only writes show it, and they go to the own member.
  std::function<std::string()> password;
  // PEM: from whom members' certificates have to come. Empty: no member serves https, or none that
  // could be trusted, and all are asked by http. While members go back to http it is still needed.
  std::function<std::string()> authority;
};

class PatroniAdapter final : public ports::Patroni {
 public:
  // Of the unit `own`. `http` and `log` outlive it.
  PatroniAdapter(Http& http, PatroniAddresses addresses, PatroniCredentials credentials,
                 AppName app, UnitName own, Log& log);

  std::expected<bool, Unreachable> sees_no_leader(HostName host) override;
  std::expected<ClusterView, Unreachable> cluster() override;
  std::expected<ClusterView, Unreachable> cluster_by(HostName host) override;
  std::expected<MemberState, Unreachable> own_health() override;
  std::expected<MemberState, Unreachable> primary_endpoint_health() override;
  std::expected<MemberState, Unreachable> member_health(HostName host) override;
  std::expected<void, Unreachable> patch_configuration(
      const DynamicConfiguration& configuration) override;
  std::expected<void, Unreachable> patch_synchronous(const SynchronousSettings& settings) override;
  std::expected<void, Unreachable> switch_over(MaybeMember candidate) override;
  std::expected<void, ports::TakeOverError> take_over_from(MemberName leader) override;
  std::expected<void, Unreachable> switch_over_between(MemberName leader,
                                                       MemberName candidate) override;
  std::expected<void, Unreachable> reload() override;
  std::expected<bool, Unreachable> is_restart_pending() override;
  std::expected<void, Unreachable> restart(ports::RestartWhen when) override;

 private:
  // Whose API: its address, and what the log calls it (`pg-1`).
  struct Whose {
    std::string address;
    std::string name;
  };
  // What is asked: `GET`, `/health`.
  struct Question {
    std::string_view method;
    std::string_view path;
    std::string body;
    Duration timeout = std::chrono::seconds(10);
  };
  using Answer = std::expected<HttpAnswer, Unreachable>;
  using Done = std::expected<void, Unreachable>;

  [[nodiscard]] Whose member(HostName host) const;
  [[nodiscard]] Whose own() const { return member(host_of(own_)); }
  // Whatever the answer's status.
  Answer ask(const Whose& whose, const Question& question);
  std::expected<HttpAnswer, HttpError> ask_by_what_it_serves(const Whose& whose,
                                                             const Question& question);
  Done write(const Question& question, int expected_status);
  std::expected<ClusterView, Unreachable> cluster_of(const Whose& whose);
  std::expected<MemberState, Unreachable> health_of(const Whose& whose);
  std::expected<MemberStatus, Unreachable> status_of(const Whose& whose);
  std::unexpected<Unreachable> fail(const Whose& whose, const Question& question,
                                    std::string_view why);

  Http& http_;
  const PatroniAddresses addresses_;
  const PatroniCredentials credentials_;
  const AppName app_;
  const UnitName own_;
  Log& log_;
};

}  // namespace charm::live
