// What Juju keeps of TLS: the unit's secret, the announcement, and the relation with whoever issues
// certificates. Source: config-and-wire.md, section 3.2; charm-hooks.md, sections 1.4, 1.5, 5.2.
#include <algorithm>

#include "charm/live/juju.h"
#include "charm/live/need.h"
#include "charm/live/x509.h"
#include "charm/wire/peers.h"

namespace charm::live {
namespace {

constexpr std::string_view peer_endpoint = "database-peers";
constexpr std::string_view requests_key = "certificate_signing_requests";

std::string unit_label(const AppName& app) {
  return std::string(peer_endpoint).append(".").append(app.text).append(".unit");
}

}  // namespace

const wire::Bag& Juju::unit_secret() {
  if (!unit_secret_) {
    unit_secret_ = secrets_.content(unit_label(who_.app)).value_or(wire::Bag());
  }
  return *unit_secret_;
}

// The chain if there is one. Both are kept, so that they are stored as they came.
Pem Juju::authority_of(std::string_view ca, std::string_view chain) {
  const Pem pem = pems_.keep(chain.empty() ? ca : chain);
  if (!pem.empty()) {
    authorities_.insert_or_assign(pem.digest, Authority{std::string(ca), std::string(chain)});
  }
  return pem;
}

TlsState Juju::tls() {
  const wire::UnitSecret secret = wire::parse_unit_secret(unit_secret());
  const wire::Bag& bag = bags_.unit(peer_endpoint, who_.unit);
  TlsState state;
  state.files = {.key = pems_.keep(secret.key),
                 .certificate = pems_.keep(secret.certificate),
                 .authority = authority_of(secret.ca, secret.chain)};
  state.request = pems_.keep(secret.request);
  state.request_key = pems_.keep(secret.requested_key);
  state.announced = wire::value_of(bag, "tls") == "enabled";
  return state;
}

void Juju::set_tls(const TlsState& state) {
  const auto known = authorities_.find(state.files.authority.digest);
  const Authority authority = known != authorities_.end()
                                  ? known->second
                                  : Authority{.ca = pems_.text(state.files.authority)};
  const wire::Bag content =
      wire::with_unit_secret(unit_secret(), {.key = pems_.text(state.files.key),
                                             .request = pems_.text(state.request),
                                             .certificate = pems_.text(state.files.certificate),
                                             .ca = authority.ca,
                                             .chain = authority.chain,
                                             .requested_key = pems_.text(state.request_key)});
  if (!content.empty() && !secrets_.set(unit_label(who_.app), Scope::unit, content)) {
    throw HookFailed("Juju has refused the unit's own secret");
  }
  unit_secret_ = content;
  bags_.set_unit(peer_endpoint, {{"tls", state.announced ? "enabled" : ""}});
}

UnitSet Juju::tls_units() {
  UnitSet units;
  for (const UnitName unit : members(peer_endpoint)) {
    if (wire::value_of(bags_.unit(peer_endpoint, unit), "tls") == "enabled") units.insert(unit);
  }
  return units;
}

std::optional<std::string> Juju::certificates_relation() {
  const auto all = bags_.relations("certificates");
  return all.empty() ? std::nullopt : std::optional(all.front());
}

// What is no certificate of the key that it was asked for would end PostgreSQL's TLS, and
// Patroni's: it counts as nothing, and the log says so.
std::optional<wire::IssuedCertificate> Juju::issued_for(const std::string& relation,
                                                        std::string_view request) {
  const auto refuse = [&](std::string_view why) {
    tools_.log(LogLevel::warning,
               std::string("cannot use what ").append(relation).append(" has: ").append(why));
    return std::nullopt;
  };
  const auto all =
      wire::parse_issued_certificates(wire::value_of(bags_.other_bag(relation), "certificates"));
  if (!all) return refuse(all.error().text);
  const auto found =
      std::ranges::find_if(*all, [request](const auto& one) { return one.request == request; });
  if (found == all->end() || found->certificate.empty()) return std::nullopt;
  if (!certifies(found->certificate, request)) return refuse("it is for another key");
  const std::string& authority = found->chain.empty() ? found->ca : found->chain;
  if (!are_certificates(authority)) return refuse("its authority is no certificate");
  return *found;
}

std::optional<CertificatesRelation> Juju::certificates() {
  const auto relation = certificates_relation();
  if (!relation) return std::nullopt;
  CertificatesRelation answer;
  const std::string request = wire::parse_unit_secret(unit_secret()).request;
  const wire::Bag& own = bags_.own_unit_bag(*relation);
  const auto asked = wire::parse_certificate_requests(wire::value_of(own, requests_key));
  const bool stands = asked && std::ranges::find(*asked, request) != asked->end();
  if (request.empty() || !stands) return answer;
  answer.asked = pems_.keep(request);
  if (const auto issued = issued_for(*relation, request)) {
    answer.certificate = pems_.keep(issued->certificate);
    answer.authority = authority_of(issued->ca, issued->chain);
    answer.revoked = issued->revoked;
  }
  return answer;
}

void Juju::request_certificate(Pem request) {
  const auto relation = certificates_relation();
  if (!relation) throw HookFailed("there is no relation certificates to ask in");
  const wire::Bag changes{
      {std::string(requests_key), wire::certificate_requests_text(pems_.text(request))}};
  if (!bags_.set(*relation, Scope::unit, changes)) {
    throw HookFailed("Juju has refused the unit's own bag of certificates");
  }
}

}  // namespace charm::live
